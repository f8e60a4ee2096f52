/**
 * Runs a shell script as an app whose opened files are seen, in a folder of its own, and prints what was seen as JSON: started by tests as
 * different users.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createContainerHost } from '../../src/container/create-host.ts'
import { createAppRunner } from '../../src/slim/app-runner.ts'
import type { AppLaunch, AppSession } from '../../src/slim/app-session.ts'
import { createJob } from '../../src/std/job.ts'
import { busyboxItems, type AppQuestion, type SeenApp } from './observe-question.ts'
import { file, layerOf } from './layers.ts'

const question: AppQuestion = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'))
const job = createJob()
const layers = [
  await layerOf([
    ...(await busyboxItems()),
    ...Array.from({ length: question.fileCount }, (_, number) => file(`many/${number}`)),
  ]),
]
await using host = createContainerHost({
  layersDirectory: join(question.directory, 'layers'),
  scratchDirectory: join(question.directory, 'scratch'),
})
const runner = createAppRunner({
  host,
  layersDirectory: join(question.directory, 'layers'),
  searchPath: process.env['PATH'] ?? '',
})
const launch: AppLaunch = {
  image: {
    layers,
    config: {
      ...{ architecture: 'any', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
      config: { Env: ['PATH=/bin', 'MINE=yes'], WorkingDir: '/data', Cmd: ['sh', '-c', question.script] },
    },
  },
  ...{ command: undefined, environment: new Map(), mounts: [], network: question.network, isObserved: true },
  restraint: { user: undefined, isRootReadOnly: false, capabilities: undefined },
}

async function answerAt(app: AppSession, port: number): Promise<string> {
  let hasEnded = false
  app.ended.then(
    () => (hasEnded = true),
    () => (hasEnded = true),
  )
  while (!(await app.listeningPorts(job)).includes(port)) {
    if (hasEnded) throw new Error(`it ended: ${String(app.output().stderr)}`)
    await job.clock.sleep(5, job.signal)
  }
  return await text(await app.connect(port, job))
}

async function see(): Promise<SeenApp> {
  if (question.isTraced) {
    const missing = await runner.findMissing(launch, async (app) => void (await app.ended), job)
    return { ...nothing, missing: missing ?? [] }
  }
  await using app = await runner.start(launch, job)
  const answer = question.port === undefined ? '' : await answerAt(app, question.port)
  const command = ['sh', '-c', 'echo $MINE $(pwd) $(id -u)']
  const executed = question.port === undefined ? '' : String((await app.execute(command, job)).output.stdout)
  const result = question.port === undefined ? await app.ended : await app.stop(100)
  const accesses = await app.accessed(job)
  return {
    ...{ missing: [], answer, said: executed, result },
    opened: [...accesses.opened].toSorted(),
    executed: [...accesses.executed].toSorted(),
    written: [...(await app.written(job))].toSorted(),
  }
}

const nothing = { answer: '', said: '', result: undefined, opened: [], executed: [], written: [] }
process.stdout.write(JSON.stringify(await see()))

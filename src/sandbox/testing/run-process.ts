/**
 * Runs one process in a sandbox, as the test that started this says, and prints what came of it as JSON. Each step waits until the process
 * has written a text.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { errorMessage, OperationError } from '../../std/errors.ts'
import type { ProgressEvent } from '../../std/events.ts'
import { createJob } from '../../std/job.ts'
import { defaultCapabilities } from '../capabilities.ts'
import type { ExitResult, RunningProcess } from '../process-spec.ts'
import { startProcess } from '../start-process.ts'
import type { SandboxQuestion, SandboxAnswer, Step } from './sandbox-question.ts'

const question: SandboxQuestion = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const controller = new AbortController()
const notices: string[] = []
const emit = (event: ProgressEvent): void => {
  if (event.type === 'notice') notices.push(event.message)
}
const job = createJob({ signal: controller.signal, emit })
const text = { stdout: '', stderr: '' }
let whenWritten = Promise.withResolvers<undefined>()

async function writtenText(wanted: string): Promise<void> {
  while (!text.stdout.includes(wanted)) await whenWritten.promise
}

async function takeStep(step: Step, running: RunningProcess): Promise<void> {
  await writtenText(step.after)
  text.stdout = text.stdout.replace(step.after, `<${step.after}>`)
  if (step.kind === 'abort') controller.abort(new Error('aborted by the test'))
  else if (step.kind === 'kill') running.kill(step.signal)
  else if (step.kind === 'resize') running.resize(step.columns, step.rows)
  else if (step.kind === 'tell') process.stdout.write(`${step.text}\n`)
  else {
    const answer = await fetch(step.url)
    text.stdout += `fetched ${await answer.text()}`
  }
}

async function* typed(): AsyncGenerator<Uint8Array> {
  for (const { after, input } of question.input ?? []) {
    if (after !== '') await writtenText(after)
    yield Buffer.from(input)
  }
}

/** The command lines of all other processes of this PID namespace. */
function otherProcesses(): readonly string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      // Those that have ended have none.
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return words === '' ? [] : words
    } catch {
      return []
    }
  })
}

async function answer(): Promise<SandboxAnswer> {
  execFileSync('mount', ['--rbind', question.rootfs, question.rootfs])
  const { PATH } = process.env
  let mountPoints: readonly string[] = []
  let result: ExitResult | undefined
  let failure: SandboxAnswer['failure']
  try {
    const running = await startProcess(
      {
        ...{ workingDirectory: '/', user: { uid: 0, gid: 0, additionalGids: [] }, hostname: 'box', mounts: [] },
        ...{ network: 'none', publishedPorts: [], isPrivileged: false, isRootReadOnly: false, terminal: undefined },
        ...{
          limits: { memoryBytes: undefined, cpus: undefined, ulimits: [] },
          extraHosts: [],
          capabilities: defaultCapabilities,
        },
        sharedMemoryBytes: undefined,
        environment: new Map([['PATH', '/bin']]),
        arguments: question.arguments,
        ...question.spec,
      },
      question.rootfs,
      {
        input: question.input === undefined ? undefined : typed(),
        output(chunk, stream) {
          text[stream] += Buffer.from(chunk).toString('latin1')
          whenWritten.resolve(undefined)
          whenWritten = Promise.withResolvers()
        },
      },
      { scratchDirectory: question.scratch, environment: { PATH, WHERRY_RUNTIME: question.runtime } },
      job,
    )
    ;({ mountPoints } = running)
    const steps = (async () => {
      for (const step of question.steps ?? []) await takeStep(step, running)
    })()
    result = await running.ended
    steps.catch(() => undefined)
  } catch (error) {
    const known = error instanceof OperationError ? error : undefined
    failure = { code: known?.code, message: errorMessage(error), hint: known?.hint }
  }
  const left = { processes: otherProcesses(), scratch: readdirSync(question.scratch) }
  return { ...text, result, failure, mountPoints, notices, left }
}

process.stdout.write(`${JSON.stringify(await answer())}\n`, () => process.exit(0))

import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { appSandbox, makeAppBase } from '../support/app-bases.ts'
import type { CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessRoot } from '../support/engines.ts'

/**
 * Real projects, built on base images that wherry makes, with what their own tools fetch as this machine is configured to. The base images
 * take minutes to make, so they are kept in a store among the machine's caches.
 */
interface App {
  readonly name: string
  /** Recipes of its base images. */
  readonly bases: readonly string[]
  readonly answer: RegExp
}

const apps: readonly App[] = [
  { name: 'go', bases: ['golang', 'static'], answer: /^go \/hello [0-9a-f-]{36}$/ },
  { name: 'express', bases: ['node-build', 'node'], answer: /^express \/hello function$/ },
  { name: 'flask', bases: ['python-build', 'python'], answer: /^flask \/hello Flask$/ },
  { name: 'rust', bases: ['rust', 'cc'], answer: /^rust \/hello 128$/ },
  { name: 'maven', bases: ['java-build', 'java'], answer: /^java \/hello "gson"$/ },
  { name: 'nginx', bases: ['debian'], answer: /^nginx \/hello\n$/ },
]

const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))
const folder = fileURLToPath(new URL('apps/', import.meta.url))
const skip = skipUnlessRoot('crun') || (await whyNoMirror())
/** With a base image that has to be made first, and all that its tools fetch. */
const appMs = 1_200_000

describe('real projects are built and answer:', { skip, concurrency: 1 }, () => {
  let sandbox: CommandSandbox
  let store: string
  before(async () => {
    ;({ sandbox, store } = await appSandbox())
  })
  after(() => sandbox[Symbol.asyncDispose]())

  for (const { name, bases, answer } of apps) {
    test(name, { timeout: appMs }, async () => {
      for (const base of bases) await makeAppBase(sandbox, store, base)
      const image = `localhost/apps/${name}:1`
      await sandbox.succeed(
        ...['--store', store, 'build', '--network', 'host', '--ca-certificates', 'host'],
        ...['--tag', image, join(folder, name)],
      )
      const server = start(sandbox, store, image)
      try {
        assert.match(await ask(await portOf(server)), answer)
      } finally {
        // The first process of a container, which these are, takes no other signal unless it asks for it.
        server.kill('SIGKILL')
        await once(server, 'close')
      }
    })
  }
})

function start(sandbox: CommandSandbox, store: string, image: string): ChildProcess {
  return spawn(process.execPath, [program, '--store', store, 'run', '--network', 'host', image], {
    env: sandbox.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** A server prints its port in a line of its own when it is ready. @throws with what it said when it ends before. */
async function portOf(server: ChildProcess): Promise<number> {
  const { stdout, stderr } = server
  assert.ok(stdout !== null && stderr !== null)
  let said = ''
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
  })
  const port = new Promise<number>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (/^\d+$/.test(line)) resolve(Number(line))
    })
  })
  const ended = once(server, 'close').then(([status]) => assert.fail(`the server ended with ${status}: ${said}`))
  ended.catch(() => undefined)
  return await Promise.race([port, ended])
}

async function ask(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/hello`)
  return await response.text()
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, delimiter, join, sep } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { debianSettings } from '../support/base-images.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'

const tools = ['docker-registry']
const registryPort = '5000'

/** The shell blocks of one part of a document, in order. */
function shellBlocks(markdown: string, heading: string): readonly string[] {
  const [, part = ''] = markdown.split(`\n## ${heading}\n`)
  const [until = ''] = part.split('\n## ')
  return [...until.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block)
}

/** The programs that a user has, without those that npm put in front for this repository's tests. */
function userPath(): readonly string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.split(sep).includes('node_modules'))
}

function missingTools(): readonly string[] {
  return tools.filter((tool) => !userPath().some((folder) => isExecutable(join(folder, tool))))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A port of this machine that nobody listens on just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return address.port
}

/** The repository as a clone has it: without what was installed and built. */
async function copyRepository(folder: string): Promise<void> {
  const leftOut = new Set(['node_modules', 'dist', '.git', '.cache'])
  await cp(repositoryRoot, folder, {
    recursive: true,
    filter: (source) => source === repositoryRoot || !leftOut.has(basename(source)),
  })
}

/** A home of its own, but npm's settings and cache of the person or machine that runs the tests. */
async function userEnvironment(home: string): Promise<NodeJS.ProcessEnv> {
  const npm = async (key: string): Promise<string> =>
    (await promisify(execFile)('npm', ['config', 'get', key])).stdout.trim()
  return {
    ...debianSettings(),
    PATH: userPath().join(delimiter),
    HOME: home,
    npm_config_userconfig: await npm('userconfig'),
    npm_config_cache: await npm('cache'),
    npm_config_prefer_offline: 'true',
  }
}

/** Runs a shell script, whose background jobs end with it, and gives all that it printed. */
function runScript(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ passed: boolean; output: string }> {
  const whole = `set -euxo pipefail; trap 'kill $(jobs -p) || true' EXIT; exec 2>&1\n${script}`
  return new Promise((resolve) => {
    execFile('bash', ['-c', whole], { cwd, env }, (error, output) => resolve({ passed: error === null, output }))
  })
}

const missing = missingTools()

test(
  'the README takes a newcomer from a clone to an image that was built, run and pushed',
  {
    skip: missing.length > 0 && `not installed: ${missing.join(', ')}`,
  },
  async () => {
    const blocks = shellBlocks(await readFile(join(repositoryRoot, 'README.md'), 'utf8'), 'The first ten minutes')
    assert.ok(blocks.length > 0)
    await using temporary = await temporaryDirectory()
    const clone = join(temporary.path, 'wherry')
    await copyRepository(clone)
    const script = blocks.join('').replaceAll(registryPort, String(await freePort()))
    const { passed, output } = await runScript(script, clone, await userEnvironment(temporary.path))
    assert.ok(passed, output)
    assert.match(output, /^HELLO FROM A LAYER$/m)
    assert.match(output, /^\+ npx wherry push /m)
  },
)

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FakeTerminal } from '../support/fake-terminal.ts'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { startHttpServer } from '../support/http-server.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { fillStore } from '../support/stored-images.ts'
import { runOnTerminal, terminalSkipReason } from '../support/terminal.ts'

const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))

function start(sandbox: CommandSandbox, ...words: readonly string[]) {
  return spawn(process.execPath, [program, ...words], { cwd: sandbox.path, env: sandbox.environment })
}

describe('signals', () => {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} ends what waits for a registry that says nothing: ${status}`, async () => {
      await using sandbox = await commandSandbox()
      const asked = Promise.withResolvers<undefined>()
      await using server = await startHttpServer(() => asked.resolve(undefined))
      const child = start(sandbox, 'pull', `${server.host}/app:1`)
      const stderr = text(child.stderr)
      await asked.promise
      child.kill(signal)
      await once(child, 'close')
      assert.deepEqual([child.exitCode, await stderr], [status, `interrupted by ${signal}\n`])
    })
  }
})

describe('standard output', () => {
  test('whose reader goes away ends the command without a word', async () => {
    await using sandbox = await commandSandbox()
    const child = start(sandbox, 'help')
    child.stdout.destroy()
    const stderr = await text(child.stderr)
    assert.equal(stderr, '')
    if (child.exitCode === null) await once(child, 'close')
    assert.equal(child.exitCode, 141)
  })

  test('that cannot be written to is a failure', async () => {
    await using sandbox = await commandSandbox()
    const child = spawn('sh', ['-c', `exec '${process.execPath}' '${program}' help > /dev/full`], {
      env: sandbox.environment,
    })
    const stderr = await text(child.stderr)
    if (child.exitCode === null) await once(child, 'close')
    assert.equal(child.exitCode, 3)
    assert.match(stderr, /^error: cannot write to standard output: /)
  })
})

describe('progress', { skip: registrySkipReason }, () => {
  test('is lines, JSON or nothing, always on standard error', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const push = (mode: string, name: string) =>
      sandbox.run('--progress', mode, 'push', 'app:1', `${registry.host}/${name}:1`)
    const plain = await push('plain', 'a')
    assert.match(plain.stderr, /^[0-9a-f]{12}: \w+, [\d.]+kB in [\d.]+m?s$/m)
    const raw = await push('rawjson', 'b')
    const events = raw.stderr
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    assert.ok(
      events.every((event) => typeof event === 'object' && event !== null && 'time' in event && 'type' in event),
    )
    assert.equal((await push('quiet', 'c')).stderr, '')
    assert.equal((await sandbox.run('push', '-q', 'app:1', `${registry.host}/d:1`)).stderr, '')
  })

  test('on a terminal leaves it as it was, with the result below', { skip: terminalSkipReason }, async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const { status, text } = await runOnTerminal(sandbox, ['push', 'app:1', `${registry.host}/app:1`])
    assert.equal(status, 0, text)
    const terminal = new FakeTerminal(80, 24)
    terminal.write(text)
    assert.equal(terminal.cursorVisible, true)
    const lines = terminal.text.split('\n')
    assert.match(lines.at(-2) ?? '', new RegExp(`^${registry.host}/app:1@sha256:`))
    assert.equal(lines.filter((line) => line.startsWith('✓ ')).length, 3)
  })
})

describe('colours', { skip: terminalSkipReason }, () => {
  test('are on a terminal, and not with NO_COLOR', async () => {
    await using sandbox = await commandSandbox()
    assert.ok((await runOnTerminal(sandbox, ['help'])).text.includes('\x1b[1mUsage:'))
    await using plain = await commandSandbox({ NO_COLOR: '1' })
    assert.ok(!(await runOnTerminal(plain, ['help'])).text.includes('\x1b['))
  })

  test('save refuses to write an archive to a terminal', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const { status, text } = await runOnTerminal(sandbox, ['save', 'app:1'])
    assert.equal(status, 2)
    assert.match(text, /an archive is not written to a terminal/)
  })
})

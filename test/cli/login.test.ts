import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { registrySkipReason, startRegistry, type TestRegistry } from '../support/registry.ts'
import { fillStore } from '../support/stored-images.ts'
import { runOnTerminal, terminalSkipReason } from '../support/terminal.ts'

const run = promisify(execFile)
const skip = registrySkipReason || (existsSync('/usr/bin/htpasswd') ? false : 'htpasswd is not installed')

interface Setting extends AsyncDisposable {
  readonly registry: TestRegistry
  readonly sandbox: CommandSandbox
  readonly credentialFile: string
}

async function start(): Promise<Setting> {
  await using owned = new AsyncDisposableStack()
  const folder = owned.use(await temporaryDirectory())
  const { stdout } = await run('htpasswd', ['-Bbn', 'ada', 'correct horse'])
  const path = join(folder.path, 'htpasswd')
  await writeFile(path, stdout)
  const registry = owned.use(await startRegistry({ auth: { kind: 'htpasswd', path } }))
  const sandbox = owned.use(await commandSandbox())
  const moved = owned.move()
  const credentialFile = join(sandbox.path, '.docker', 'config.json')
  return { registry, sandbox, credentialFile, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

describe('login and logout', { skip }, () => {
  test('keep the password for other commands, readable for its owner only, and forget it', async () => {
    await using setting = await start()
    const { registry, sandbox, credentialFile } = setting
    await fillStore(sandbox.storePath, ['app:1'])
    const name = `${registry.host}/app:1`
    const before = await sandbox.run('push', 'app:1', name)
    assert.deepEqual([before.status, before.stdout], [1, ''])
    assert.match(before.stderr, /wherry login/)

    const login = await sandbox.runWithInput('correct horse\n', 'login', '-u', 'ada', '--password-stdin', registry.host)
    assert.deepEqual([login.status, login.stdout], [0, ''], login.stderr)
    assert.match(login.stderr, new RegExp(`^logged in to ${registry.host} as ada, kept in .*config\\.json$`, 'm'))
    assert.ok(!login.stderr.includes('horse'))
    assert.equal((await stat(credentialFile)).mode & 0o777, 0o600)
    await sandbox.succeed('push', 'app:1', name)

    assert.match((await sandbox.run('logout', registry.host)).stderr, /^logged out from/)
    assert.ok(!(await readFile(credentialFile, 'utf8')).includes(registry.host))
    assert.equal((await sandbox.run('pull', name)).status, 1)
    const again = await sandbox.run('logout', registry.host)
    assert.deepEqual([again.status, again.stderr], [0, `there was no login to ${registry.host}\n`])
  })

  test('refuse a wrong password, and keep nothing', async () => {
    await using setting = await start()
    const { registry, sandbox, credentialFile } = setting
    const { status, stderr } = await sandbox.runWithInput(
      'wrong',
      'login',
      '-u',
      'ada',
      '--password-stdin',
      registry.host,
    )
    assert.equal(status, 1)
    assert.match(stderr, /^error: /)
    assert.equal(existsSync(credentialFile), false)
    const empty = await sandbox.runWithInput('', 'login', '-u', 'ada', '--password-stdin', registry.host)
    assert.equal(empty.status, 2)
  })

  test('warn of a password in the command line, as docker does', async () => {
    await using setting = await start()
    const { registry, sandbox } = setting
    const { status, stderr } = await sandbox.run(
      'login',
      '-u',
      'ada',
      '-p',
      'correct horse',
      `https://${registry.host}/v2/`,
    )
    assert.equal(status, 0, stderr)
    assert.match(stderr, /^warning: other users of this machine can see a password in a command line/)
  })

  test('ask at a terminal, without showing the password', { skip: terminalSkipReason }, async () => {
    await using setting = await start()
    const { registry, sandbox } = setting
    const shown = await runOnTerminal(
      sandbox,
      ['login', registry.host],
      [
        { after: 'Username: ', type: 'ada\r' },
        { after: 'Password: ', type: 'correct horsy\x7fe\r' },
      ],
    )
    assert.equal(shown.status, 0, shown.text)
    assert.match(shown.text, /Username: ada/)
    assert.match(shown.text, /logged in to .* as ada/)
    assert.ok(!shown.text.includes('horse'))
  })

  test('end with 130 when the question is answered with Ctrl-C', { skip: terminalSkipReason }, async () => {
    await using sandbox = await commandSandbox()
    const asked = await runOnTerminal(sandbox, ['login', 'ghcr.io'], [{ after: 'Username: ', type: '\x03' }])
    assert.equal(asked.status, 130, asked.text)
  })
})

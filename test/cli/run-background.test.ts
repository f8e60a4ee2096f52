import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSandboxSkipReason } from '../support/build-sandbox.ts'
import { processesWith, runSandbox } from '../support/run-sandbox.ts'

const skip = buildSandboxSkipReason

/** None of these needs a network, and without one a process starts sooner. */
const quick = ['run', '--network', 'none'] as const

describe('a run in the background', { skip }, () => {
  test('is told by its ID, keeps its name for itself, writes a log, and is stopped', async () => {
    await using sandbox = await runSandbox()
    const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.1; done'
    const started = await sandbox.run(...quick, '-d', '--name', 'web', 'base:1', 'sh', '-c', script)
    assert.equal(started.status, 0, started.stderr)
    assert.match(started.stdout, /^[0-9a-f]{12}\n$/)
    assert.match(started.stderr, /wherry logs web shows its output, wherry stop web ends it/)
    const again = await sandbox.run(...quick, '-d', '--name', 'web', 'base:1', 'true')
    assert.equal(again.status, 125)
    assert.match(again.stderr, /there is a container web already/)
    assert.match((await sandbox.run('stop', 'wep')).stderr, /hint: Did you mean web\?/)
    assert.equal(await sandbox.succeed('stop', 'web'), 'web\n')
    assert.equal(await sandbox.succeed('logs', 'web'), 'up\nbye\n')
    assert.deepEqual(processesWith(sandbox.storePath), [])
  })

  test('is listed while it runs, and with --all and its status when it has ended', async () => {
    await using sandbox = await runSandbox()
    const script = 'trap "exit 3" TERM; while :; do sleep 0.1; done'
    const id = (await sandbox.succeed(...quick, '-d', '--name', 'web', 'base:1', 'sh', '-c', script)).trim()
    assert.match(await sandbox.succeed('ps'), new RegExp(`^ID +IMAGE .* NAME\n${id} +base:1 +sh -c .* running +web\n$`))
    const before: unknown = JSON.parse(await sandbox.succeed('ps', '--format', 'json'))
    assert.ok(Array.isArray(before))
    const { started, pid, log, ...rest } = before[0]
    const words = { image: 'base:1', command: ['sh', '-c', script], ports: [] }
    assert.deepEqual(rest, { id, name: 'web', ...words, ended: null, state: 'running', exitStatus: null })
    assert.ok(Date.parse(started) <= Date.now() && existsSync(log) && existsSync(`/proc/${pid}`))
    await sandbox.succeed('stop', 'web')
    assert.equal(await sandbox.succeed('ps', '-q'), '')
    assert.equal(await sandbox.succeed('ps', '-aq'), `${id}\n`)
    const after: unknown = JSON.parse(await sandbox.succeed('ps', '-a', '--format', 'json'))
    assert.ok(Array.isArray(after))
    assert.deepEqual([after[0].state, after[0].exitStatus, after[0].pid], ['exited', 3, null])
  })

  test('shows the end of its log, and goes on with it until it ends', async () => {
    await using sandbox = await runSandbox()
    mkdirSync(join(sandbox.path, 'box'))
    const script = 'seq 1 30000; printf end; until [ -e /box/go ]; do sleep 0.05; done; echo; echo bye >&2'
    await sandbox.succeed(...quick, '-d', '--name', 'web', '-v', './box:/box', 'base:1', 'sh', '-c', script)
    // What follows begins with the last lines that are there: all of them have to be.
    const whole = sandbox.begin('logs', '-f', 'web')
    await whole.said('30000\nend')
    const following = sandbox.begin('logs', '-f', '--tail', '2', 'web')
    await following.said('30000\nend')
    writeFileSync(join(sandbox.path, 'box/go'), '')
    assert.deepEqual(await following.ended, { status: 0, stdout: '30000\nend\nbye\n', stderr: '' })
    assert.equal(await sandbox.succeed('logs', '-n', '1', 'web'), 'bye\n')
    assert.equal(await sandbox.succeed('logs', '-n', '0', 'web'), '')
    const all = await sandbox.succeed('logs', 'web')
    assert.deepEqual(await whole.ended, { status: 0, stdout: all, stderr: '' })
    assert.deepEqual([all.split('\n').length, all.slice(0, 4)], [30_003, '1\n2\n'])
    assert.equal(await sandbox.succeed('logs', '-n', '40000', 'web'), all)
    assert.match(
      (await sandbox.run('logs', 'wbe')).stderr,
      /there is no container wbe that is known\nhint: Did you mean web\?/,
    )
    assert.equal((await sandbox.run('logs', '-n', 'x', 'web')).status, 2)
  })

  test('that does not start says why, and leaves nothing', async () => {
    await using sandbox = await runSandbox()
    const { status, stdout, stderr } = await sandbox.run(...quick, '-d', 'base:1', 'nothing-of-this-name')
    assert.deepEqual([status, stdout], [127, ''])
    assert.match(stderr, /nothing-of-this-name is not in the image/)
    assert.deepEqual(sandbox.leftFolders(), [])
  })

  test('ends at once where it does not end by itself in time', async () => {
    await using sandbox = await runSandbox()
    const { stdout } = await sandbox.run(...quick, '-d', '--rm', 'base:1', 'sh', '-c', 'trap "" TERM; sleep 1000')
    assert.equal(await sandbox.succeed('stop', '-t', '0', stdout.trim().slice(0, 6)), `${stdout.trim().slice(0, 6)}\n`)
  })
})

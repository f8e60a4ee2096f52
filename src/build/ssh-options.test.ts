import assert from 'node:assert/strict'
import { execFile, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { skipUnlessInstalled } from '../../test/support/engines.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { sshAgentSocket } from './ssh/agent-socket.ts'
import { parseSsh } from './ssh-options.ts'

const run = promisify(execFile)
const ours = { mode: 0o600, uid: undefined, gid: undefined } as const
const path = { PATH: process.env['PATH'] ?? '' }

/** Makes a key with OpenSSH. @returns its file */
async function makeKey(folder: string, name: string, words: readonly string[], passphrase = ''): Promise<string> {
  const file = join(folder, name)
  await run('ssh-keygen', ['-q', '-C', `the key ${name}`, '-N', passphrase, '-f', file, ...words])
  return file
}

async function statusOf(program: string, words: readonly string[], options: SpawnOptions): Promise<unknown> {
  const [status]: unknown[] = await once(spawn(program, words, { stdio: 'ignore', ...options }), 'exit')
  return status
}

describe('--ssh', { skip: skipUnlessInstalled('ssh-keygen', 'ssh-agent') }, () => {
  for (const [name, words] of [
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa-pkcs1', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['rsa-pkcs8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['ecdsa-sec1', ['-t', 'ecdsa', '-b', '256', '-m', 'PEM']],
  ] as const) {
    test(`makes an agent of the key file ${name}, whose signatures OpenSSH takes`, async () => {
      await using folder = await temporaryDirectory()
      const file = await makeKey(folder.path, name, words)
      const { id, agent } = await parseSsh(`git=${file}`, {})
      assert.equal(id, 'git')
      await using socket = await sshAgentSocket(agent, ours)
      const env = { ...path, SSH_AUTH_SOCK: socket.path }
      const { stdout: listed } = await run('ssh-add', ['-L'], { env })
      const isOpenSsh = /PRIVATE/.test(await readFile(file, 'utf8')) && /OPENSSH/.test(await readFile(file, 'utf8'))
      const publicKey = await readFile(`${file}.pub`, 'utf8')
      assert.equal(listed.split(' ', 2).join(' '), publicKey.split(' ', 2).join(' '))
      if (isOpenSsh) assert.equal(listed, publicKey)
      const data = join(folder.path, 'data')
      await writeFile(data, 'to be signed')
      // The public key alone: the agent has to sign.
      const alone = join(folder.path, 'alone.pub')
      await writeFile(alone, publicKey)
      await run('ssh-keygen', ['-Y', 'sign', '-n', 'file', '-f', alone, data], { env })
      const check = ['-Y', 'check-novalidate', '-n', 'file', '-s', `${data}.sig`]
      const verifying = spawn('ssh-keygen', check, { env: path, stdio: ['pipe', 'ignore', 'inherit'] })
      verifying.stdin.end('to be signed')
      assert.deepEqual((await once(verifying, 'exit'))[0], 0)
    })
  }

  test('signs with the key that is meant, of several, and lets nobody change them', async () => {
    await using folder = await temporaryDirectory()
    const files = [
      await makeKey(folder.path, 'one', ['-t', 'ed25519']),
      await makeKey(folder.path, 'other', ['-t', 'ecdsa']),
    ]
    const { agent } = await parseSsh(`default=${files.join(',')}`, {})
    await using socket = await sshAgentSocket(agent, ours)
    assert.equal((await stat(socket.path)).mode & 0o777, 0o600)
    const env = { ...path, SSH_AUTH_SOCK: socket.path }
    const third = await makeKey(folder.path, 'third', ['-t', 'ed25519'])
    assert.notEqual(await statusOf('ssh-add', [third], { env }), 0)
    assert.notEqual(await statusOf('ssh-add', ['-D'], { env }), 0)
    assert.equal((await run('ssh-add', ['-L'], { env })).stdout.trim().split('\n').length, 2)
    // Whoever wrote nonsense hears nothing more.
    assert.equal(Buffer.from(await agent.answer(Uint8Array.of(13, 0, 0, 0, 99))).toString('hex'), '05')
  })

  test('is the agent of the environment or of a socket, and asks it for the list and signatures only', async () => {
    await using folder = await temporaryDirectory()
    const own = join(folder.path, 'agent')
    const child = spawn('ssh-agent', ['-D', '-a', own], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(child.stdout, 'data')
      const key = await makeKey(folder.path, 'key', ['-t', 'ed25519'])
      await run('ssh-add', ['-q', key], { env: { ...path, SSH_AUTH_SOCK: own } })
      for (const [text, environment] of [
        ['default', { SSH_AUTH_SOCK: own }],
        [`default=${own}`, {}],
      ] as const) {
        const { agent } = await parseSsh(text, environment)
        await using socket = await sshAgentSocket(agent, ours)
        const env = { ...path, SSH_AUTH_SOCK: socket.path }
        assert.equal((await run('ssh-add', ['-L'], { env })).stdout, await readFile(`${key}.pub`, 'utf8'))
        assert.equal(await statusOf('ssh-add', ['-T', `${key}.pub`], { env }), 0)
        assert.notEqual(await statusOf('ssh-add', ['-D'], { env }), 0)
      }
      assert.equal(await statusOf('ssh-add', ['-L'], { env: { ...path, SSH_AUTH_SOCK: own } }), 0)
    } finally {
      child.kill()
      await once(child, 'exit')
    }
  })

  test('that cannot be had is refused before anything is built', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'text'), 'text')
    await writeFile(
      join(folder.path, 'broken'),
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
    )
    const locked = await makeKey(folder.path, 'locked', ['-t', 'ed25519'], 'a passphrase')
    const lockedPem = await makeKey(folder.path, 'pem', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], 'a passphrase')
    const key = await makeKey(folder.path, 'key', ['-t', 'ed25519'])
    const agent = join(folder.path, 'agent')
    const server = createServer().listen(agent)
    await once(server, 'listening')
    const refused = async (text: string, message: RegExp): Promise<void> =>
      await assert.rejects(parseSsh(text, {}), { code: 'bad-build-option', message })
    try {
      await refused('default', /no agent is known/)
      await refused('=x', /it has no ID/)
      await refused(`a=${folder.path}/none`, /ENOENT/)
      await refused(`a=${folder.path}`, /is neither the socket of an agent nor a key/)
      await refused(`a=${folder.path}/text`, /text: it holds no private key/)
      await refused(`a=${folder.path}/broken`, /broken: it is damaged, or of a kind that is not known/)
      await refused(`a=${key}.pub`, /it holds no private key/)
      await refused(`a=${locked}`, /locked: the key has a passphrase/)
      await refused(`a=${lockedPem}`, /pem: the key has a passphrase/)
      await refused(`a=${agent},${key}`, /is the socket of an agent, and stands beside others/)
    } finally {
      server.close()
    }
  })
})

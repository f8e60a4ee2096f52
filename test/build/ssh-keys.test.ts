import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  buildSandbox,
  buildSandboxSkipReason,
  filesBelow,
  nobody,
  type BuildSandbox,
} from '../support/build-sandbox.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

/** Puts a program of this machine into the context, with the libraries that it needs. */
function writeProgram(box: BuildSandbox, program: string): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  for (const path of [program, ...libraries]) box.write(join('tools', path), readFileSync(path))
}

describe('--ssh with a key file', { skip: buildSandboxSkipReason || skipUnlessInstalled('ssh-add', 'ldd') }, () => {
  for (const [who, user] of [
    ['root', undefined],
    ['a user without rights', nobody],
  ] as const) {
    test(`lets a RUN of ${who} sign, as whoever it is, and is kept nowhere`, async () => {
      await using box = await buildSandbox(user === undefined ? {} : { user })
      const key = join(box.path, 'key')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-C', 'a key', '-N', '', '-f', key])
      if (user !== undefined) execFileSync('chown', [`${user.uid}:${user.gid}`, key])
      const publicKey = readFileSync(`${key}.pub`, 'utf8')
      box.write('key.pub', publicKey)
      writeProgram(box, '/usr/bin/ssh-add')
      const other = user === undefined ? 'USER ada\nRUN --mount=type=ssh,uid=1000 ssh-add -T /key.pub\n' : ''
      const dockerfile = `FROM base:1
COPY --chmod=755 tools /
COPY --chmod=644 key.pub /
ENV PATH=/bin:/usr/bin
RUN --mount=type=ssh ssh-add -L > /listed && ssh-add -T /key.pub && ! ssh-add -D && stat -c '%a %u' "$SSH_AUTH_SOCK" > /socket
${other}`
      const { status, said } = await box.build(dockerfile, '--ssh', `default=${key}`)
      assert.equal(status, 0, said)
      assert.equal(box.built('listed'), publicKey)
      assert.equal(box.built('socket'), '600 0\n')
      const [, secret = ''] = readFileSync(key, 'utf8').split('\n')
      for (const file of filesBelow(box.storePath)) assert.ok(!readFileSync(file).includes(secret), file)
    })
  }
})

import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { buildSandbox, buildSandboxSkipReason, filesBelow, type BuildSandbox } from '../support/build-sandbox.ts'

const secret = 'never-to-be-kept-4711'

/** All bytes below a folder, and of layers what they hold. */
function* everythingIn(folder: string): Generator<readonly [string, Uint8Array]> {
  for (const path of filesBelow(folder)) {
    const bytes = readFileSync(path)
    yield [path, bytes]
    if (bytes.length > 4 && bytes.readUInt16BE(0) === 0x1f_8b) yield [`${path}, unpacked`, gunzipSync(bytes)]
    else if (bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd_2f_b5_28) {
      yield [`${path}, unpacked`, zstdDecompressSync(bytes)]
    }
  }
}

function assertNotKept(box: BuildSandbox, text: string): void {
  for (const [path, bytes] of everythingIn(box.storePath)) assert.ok(!Buffer.from(bytes).includes(text), path)
}

describe('what nobody may keep', { skip: buildSandboxSkipReason, concurrency: 4 }, () => {
  for (const [how, last, status] of [
    ['a build that works', 'true', 0],
    ['a build that fails', 'exit 9', 1],
  ] as const) {
    test(`secrets are in no layer, key, log or history of ${how}`, async () => {
      await using box = await buildSandbox({ environment: { TOKEN: secret } })
      const file = join(box.path, 'store.secret')
      writeFileSync(file, secret)
      const mounts = '--mount=type=secret,id=file --mount=type=secret,id=token,env=TOKEN'
      const check = `[ "$(cat /run/secrets/file)" = "$TOKEN" ] && echo equal > /same && ${last}`
      const dockerfile = `FROM base:1\nRUN ${mounts} ${check}\n`
      for (const progress of ['plain', 'rawjson']) {
        const words = ['--no-cache', '--secret', `id=file,src=${file}`, '--secret', 'id=token,env=TOKEN', '-t', 'a:1']
        const outcome = await box.build(dockerfile, ...words, '--progress', progress, '--provenance', 'mode=max')
        assert.equal(outcome.status, status, outcome.said)
        assert.ok(!outcome.said.includes(secret))
        rmSync(join(box.path, 'Dockerfile'))
        assertNotKept(box, secret)
      }
    })
  }

  test('build arguments for proxies are passed, and kept nowhere', async () => {
    await using box = await buildSandbox()
    const proxy = `http://user:${secret}@proxy:3128`
    const dockerfile = 'FROM base:1\nRUN [ -n "$HTTP_PROXY" ] && [ -n "$no_proxy" ] && echo passed > /got\n'
    const words = ['--build-arg', `HTTP_PROXY=${proxy}`, '--build-arg', `no_proxy=${secret}`, '-t', 'a:1']
    const { status, said } = await box.build(dockerfile, ...words)
    assert.equal(status, 0, said)
    assert.ok(!said.includes(secret))
    assertNotKept(box, secret)
  })
})

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSandbox, buildSandboxSkipReason, nobody } from '../support/build-sandbox.ts'

describe('a Dockerfile', { skip: buildSandboxSkipReason, concurrency: 3 }, () => {
  test('names no image in a folder of the machine; the line alone does', async () => {
    await using other = await buildSandbox()
    await using box = await buildSandbox()
    const layout = `oci-layout://${other.storePath}`
    for (const lines of [
      `FROM ${layout}\n`,
      `FROM scratch\nCOPY --from=${layout} /etc/passwd /\n`,
      `FROM base:1\nRUN --mount=from=${layout},target=/m true\n`,
      `ARG PLACE=${layout}\nFROM $PLACE\n`,
    ]) {
      const { status, said } = await box.build(lines)
      assert.equal(status, 2, said)
      assert.match(said, /a Dockerfile cannot name a folder of this machine/)
      assert.ok(!existsSync(box.out))
    }
    const given = await box.build('FROM other\n', '--build-context', `other=${layout}`)
    assert.equal(given.status, 0, given.said)
    assert.match(box.built('etc/passwd'), /^ada:/m)
  })

  for (const runtime of ['crun', 'runc', 'util-linux']) {
    test(`has no working directory in /dev/fd, run by ${runtime} (CVE-2024-21626)`, async () => {
      await using box = await buildSandbox({ environment: { WHERRY_RUNTIME: runtime } })
      for (const place of ['/dev/fd/7', '/dev/stdin']) {
        const { status, said } = await box.build(`FROM base:1\nWORKDIR ${place}\nRUN true\n`)
        assert.equal(status, 1, said)
        assert.match(said, /cannot be the working directory: it leads into \/proc/)
      }
    })
  }

  for (const [who, user] of [
    ['root', undefined],
    ['a user without rights', nobody],
  ] as const) {
    test(`leaves no cache that ${who} cannot delete, however deep its folders are`, async () => {
      await using box = await buildSandbox(user === undefined ? {} : { user })
      const deeper = 'cd /c; i=0; while [ $i -lt 600 ]; do mkdir abcdefgh && cd abcdefgh || break; i=$((i+1)); done'
      const dockerfile = `FROM base:1\nRUN --mount=type=cache,target=/c ${deeper}; true\n`
      const { status, said } = await box.build(dockerfile, '-t', 'a:1')
      assert.equal(status, 0, said)
      const pruned = await box.run('prune', '--build-cache')
      assert.equal(pruned.status, 0, pruned.said)
      const left = readdirSync(join(box.storePath, '.wherry/build/mounts'))
      assert.deepEqual(
        left.filter((name) => !name.endsWith('.lock')),
        [],
      )
    })
  }
})

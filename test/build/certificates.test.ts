import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { buildSandbox, buildSandboxSkipReason, filesBelow } from '../support/build-sandbox.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

/** Gives all of /run to somebody, closes it, and empties it. */
const rough = [
  'FROM base:1',
  'RUN test -s "$SSL_CERT_FILE" && mkdir -p /run/app && touch /run/app/pid && chown -R ada /run && chmod -R 750 /run',
  'RUN test -s "$SSL_CERT_FILE" && rm -rf /run/app /run/* && ls -A /run > /seen',
]

describe('certificates that RUN trusts', { skip: buildSandboxSkipReason, concurrency: 3 }, () => {
  for (const runtime of ['crun', 'runc', 'util-linux']) {
    const skip = runtime !== 'util-linux' && skipUnlessInstalled(runtime)
    test(`are in nobody's way, and leave nothing in the image, with ${runtime}`, { skip }, async () => {
      await using box = await buildSandbox({ environment: { WHERRY_RUNTIME: runtime } })
      const { status, said } = await box.build(`${rough.join('\n')}\n`, '--ca-certificates', 'host')
      assert.equal(status, 0, said)
      assert.equal(box.built('seen'), '')
      const left = filesBelow(box.out).filter((path) =>
        /certificates\.(?:pem|jks)|wherry\//.test(path.slice(box.out.length)),
      )
      assert.deepEqual(left, [])
    })
  }
})

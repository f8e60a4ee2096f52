import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BuildError, StepError } from '../../build/errors.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import { OperationError } from '../../std/errors.ts'
import { withPlaces } from './build-failure.ts'
import { MissingImageError } from '../../toolchain/image-resolver.ts'

const text = 'FROM base AS build\nRUN make all\nFROM scratch\nCOPY --from=biuld /a /\nRUN --mount=from=image true\n'
const { document } = parseDockerfile(text)
const dockerfile = { name: 'Dockerfile', path: 'Dockerfile', text, isUtf8: true }

/** What is told of an error. */
async function told(error: Error): Promise<{ readonly message: string; readonly hint: string | undefined }> {
  const failing = { dockerfile, document, contextNames: ['files'] }
  try {
    await withPlaces(failing, () => {
      throw error
    })
  } catch (found) {
    assert.ok(found instanceof OperationError, String(found))
    return { message: found.message, hint: found.hint }
  }
  return assert.fail('it did not fail')
}

const failed = (title: string, message: string, output: readonly string[]): StepError =>
  new StepError(title, { start: 19, end: 31 }, output, new BuildError('command-failed', message, { hint: 'Try.' }))

describe('a build that failed', () => {
  test('tells the step, the last that it said, and its place', async () => {
    const output = [...Array.from({ length: 30 }, (_, index) => `line ${index}`), ' 1%\r100%', '\x1b[31mred\x1b[0m', '']
    const { message, hint } = await told(failed('[build 2/2] RUN make all', 'RUN make all ended with status 2', output))
    const lines = message.split('\n')
    assert.deepEqual(lines.slice(0, 3), [
      '[build 2/2] RUN make all ended with status 2',
      'the last that it said:',
      '  line 12',
    ])
    assert.deepEqual(lines.slice(-6), [
      '  line 29',
      '  100%',
      '  red',
      'Dockerfile:2:1:',
      '2 | RUN make all',
      '  | ^^^^^^^^^^^^',
    ])
    assert.equal(hint, 'Try.')
  })

  test('says what to do where its output tells', async () => {
    const hintOf = async (line: string): Promise<string | undefined> =>
      (await told(failed('[build 2/2] RUN make all', 'RUN make all ended with status 1', [line]))).hint
    for (const line of [
      'go: x: Get "https://proxy/x.mod": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'npm error code SELF_SIGNED_CERT_IN_CHAIN',
      'SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"))',
      'PKIX path building failed: unable to find valid certification path to requested target',
    ]) {
      assert.match((await hintOf(line)) ?? '', /--ca-certificates host/)
    }
    assert.match((await hintOf('curl: (6) Could not resolve host: example.com')) ?? '', /network/)
    assert.match((await hintOf('write /out: no space left on device')) ?? '', /prune/)
    assert.equal(await hintOf('make: *** No rule to make target'), 'Try.')
  })

  test('shows each line of its instruction, up to some', async () => {
    const lines = ['FROM base', '', ...Array.from({ length: 5 }, () => ''), '', 'RUN one && \\', '    two']
    const start = lines.slice(0, 8).join('\n').length + 1
    const long = [...lines, ...Array.from({ length: 8 }, () => '    && three \\')].join('\n')
    const shownOf = async (text: string): Promise<readonly string[]> => {
      const error = new StepError(
        '[2/2] RUN',
        { start, end: text.length },
        [],
        new BuildError('command-failed', 'RUN', {}),
      )
      try {
        await withPlaces({ dockerfile: { ...dockerfile, text }, document, contextNames: [] }, () =>
          Promise.reject(error),
        )
      } catch (found) {
        return found instanceof Error ? found.message.split('\n').slice(1) : []
      }
      return []
    }
    assert.deepEqual(await shownOf(lines.join('\n')), [
      'Dockerfile:9:1:',
      ' 9 | RUN one && \\',
      '   | ^^^^^^^^^^^^',
      '10 |     two',
      '   |     ^^^',
    ])
    assert.deepEqual((await shownOf(long)).slice(-2), ['   |     ^^^^^^^^^^', '   | … and 2 more lines'])
  })

  test('cuts a long command, and keeps what went wrong', async () => {
    const command = `RUN ${'x'.repeat(500)}`
    const { message } = await told(failed(`[build 2/2] ${command}`, `${command} ended with status 1`, []))
    assert.match(message, /^\[build 2\/2\] RUN x{50,70}… ended with status 1\n/)
    const other = await told(failed('[build 2/2] COPY a b', '/a is not in the build context', []))
    assert.match(other.message, /^\[build 2\/2\] COPY a b: \/a is not in the build context\nDockerfile:2:1:/)
  })

  test('tells where an image is named that nothing has, and what was perhaps meant', async () => {
    const missing = (reference: string): MissingImageError =>
      new MissingImageError(
        reference,
        `${reference} cannot be had`,
        new OperationError('not-found', 'no', { hint: 'Look.' }),
      )
    const stage = await told(missing('biuld'))
    assert.match(stage.message, /^biuld cannot be had\nDockerfile:4:13:\n4 \| COPY --from=biuld \/a \/\n/)
    assert.equal(stage.hint, 'Did you mean build?')
    assert.match((await told(missing('base'))).message, /\nDockerfile:1:6:/)
    assert.match((await told(missing('image'))).message, /\nDockerfile:5:5:/)
    assert.deepEqual(await told(missing('other')), { message: 'other cannot be had', hint: 'Look.' })
    assert.equal((await told(missing('flies'))).hint, 'Did you mean files?')
  })
})

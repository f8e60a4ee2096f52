import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream } from '../../std/bytes.ts'
import { LongStanzaError, splitStanzas } from './split-stanzas.ts'

interface Found {
  readonly text: string
  readonly offset: number
  readonly line: number
}

async function split(chunks: readonly Uint8Array[], stanzaBytesMax = 1000): Promise<readonly Found[]> {
  const batches = await Array.fromAsync(splitStanzas(byteStream(...chunks), stanzaBytesMax))
  return batches.flat().map(({ bytes, offsetBytes, line }) => ({ text: bytes.toString(), offset: offsetBytes, line }))
}

/** The same, line by line. */
function expectedStanzas(text: string): readonly Found[] {
  const found: Found[] = []
  let current: Found | undefined
  let offset = 0
  for (const [index, line] of text.split(/(?<=\n)/).entries()) {
    const isBlank = /^[ \t\r]*\n?$/.test(line)
    if (!isBlank) {
      const text = (current?.text ?? '') + line
      current = { text, offset: current?.offset ?? offset, line: current?.line ?? index + 1 }
    } else if (current !== undefined) found.push(current)
    if (isBlank) current = undefined
    offset += line.length
  }
  return current === undefined ? found : [...found, current]
}

function cutUp(text: string, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(Buffer.from(text.slice(at, at + size)))
    at += size
  }
  return [...chunks, Buffer.from(text.slice(at))]
}

describe('splitStanzas', () => {
  test('finds the same stanzas however the text is cut up', async () => {
    const text = fc
      .array(fc.constantFrom('A: b', ' c', '\n', '\n', ' ', '\t', '\r', 'x'))
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(4)), async (whole, sizes) => {
        assert.deepEqual(await split(cutUp(whole, sizes)), expectedStanzas(whole))
      }),
      { numRuns: 2000 },
    )
  })

  test('refuses a stanza that is too long, in one piece or in many', async () => {
    const text = `A: b\n\nB: ${'x'.repeat(100)}\n\n`
    const refused = (error: unknown): boolean => error instanceof LongStanzaError && error.line === 3
    await assert.rejects(split([Buffer.from(text)], 50), refused)
    await assert.rejects(
      split(
        [...Buffer.from(text)].map((byte) => Uint8Array.of(byte)),
        50,
      ),
      refused,
    )
    assert.equal((await split([Buffer.from(text)], 104)).length, 2)
  })
})

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { safeParse } from 'valibot'
import { assertGolden } from '../../test/support/golden.ts'
import { file } from '../../test/support/layers.ts'
import { fitsJsonSchema } from '../../test/support/json-schema.ts'
import { plainStyle, colourStyle } from '../std/style.ts'
import { stripStyle, textWidth } from '../std/text-width.ts'
import { cardJson, cardSchema, readCard } from './card.ts'
import { cardMarkdown } from './card-markdown.ts'
import { cardText } from './card-text.ts'
import { diffImages } from './diff-images.ts'
import { CompareError } from './errors.ts'
import { measurable } from './testing/measurable.ts'
import { sampleCard } from './testing/sample-card.ts'

const golden = (name: string): URL => new URL(`../../test/golden/card/${name}`, import.meta.url)
const published: unknown = JSON.parse(await readFile(new URL('../../docs/card.schema.json', import.meta.url), 'utf8'))
assert.ok(typeof published === 'object' && published !== null)
const documentedSchema = { ...published }

describe('the card for a terminal', () => {
  test('is as it was', () => assertGolden(cardText(sampleCard.measures, plainStyle, 80), golden('card.txt')))

  test('has colours only where they are asked for', () => {
    const coloured = cardText(sampleCard.measures, colourStyle, 80)
    assert.equal(stripStyle(coloured), cardText(sampleCard.measures, plainStyle, 80))
    assert.notEqual(stripStyle(coloured), coloured)
  })

  test('has no line that is too long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 120 }), fc.string({ maxLength: 120 }), (columns, before) => {
        const text = cardText(sampleCard.measures, plainStyle, columns, { before, after: 'x' })
        for (const line of text.split('\n')) assert.ok(textWidth(line) <= columns, line)
      }),
    )
  })
})

describe('the card for a pull request', () => {
  test('is as it was', () => assertGolden(cardMarkdown(sampleCard), golden('card.md')))

  test('fits into a comment, however much is different, and counts what it leaves out', async () => {
    const long = (name: string): string => `${name}-${'longer'.repeat(30)}`
    const items = (mark: string) => Array.from({ length: 500 }, (_, number) => file(long(`${mark}-${number}`), mark))
    const labels = (mark: string) => ({
      Labels: Object.fromEntries(items(mark).map(({ entry }) => [entry.path, mark])),
    })
    await using before = await measurable([items('before')], labels('before'))
    await using after = await measurable([items('after')], labels('after'))
    const text = cardMarkdown({ ...sampleCard, differences: diffImages(before, after) })
    assert.ok(text.length < 65_536, `${text.length} characters`)
    assert.match(text, /<summary>Files: 500 added, 500 removed, 0 changed, 0 moved<\/summary>/)
    assert.match(text, /^and 460 more$/m)
  })
})

describe('the card for programs', () => {
  const text = JSON.stringify(cardJson(sampleCard, '1.2.3'), undefined, 2)

  test('is as it was', () => assertGolden(`${text}\n`, golden('card.json')))

  test('is read as it was written', () => {
    assert.deepEqual(readCard(Buffer.from(text), 'the card'), sampleCard)
    const machine = {
      asked: 'small',
      simulated: ['1 processor of 4 (affinity)'],
      missing: ['1 GiB of memory (no cgroup)'],
    }
    const imitated = { ...sampleCard, machine }
    assert.deepEqual(readCard(Buffer.from(JSON.stringify(cardJson(imitated, '1.2.3'))), 'the card'), imitated)
  })

  test('of another version, or what is no card, is refused', () => {
    const refused = (document: string, message: RegExp): void => {
      const isRefusal = (error: unknown): boolean =>
        error instanceof CompareError && error.code === 'bad-card' && message.test(error.message)
      assert.throws(() => readCard(Buffer.from(document), 'card.json'), isRefusal)
    }
    refused(
      text.replace('"schemaVersion": 1', '"schemaVersion": 0'),
      /card.json: schemaVersion: .* make the card again/,
    )
    refused('{', /card.json is not JSON/)
    refused(text.replace('"bytes"', '"pounds"'), /measures.0.unit/)
  })
})

describe('docs/card.schema.json', () => {
  const bad = fc.constantFrom<unknown>(null, 3, 'x', [], {})
  const value = fc.oneof(
    bad,
    fc.record({
      value: fc.constantFrom<unknown>(1, 1.5, 'x', null),
      runs: fc.constantFrom<unknown>(0, 1, 1.5, '1'),
      spread: fc.oneof(bad, fc.record({ lowest: fc.constantFrom<unknown>(1, '1'), highest: fc.constant(2) })),
    }),
  )
  const measure = fc.record({
    id: fc.constantFrom<unknown>('a.b', 'a', 'A', '', 'a..b', 3),
    name: fc.constantFrom<unknown>('a', 3),
    unit: fc.constantFrom<unknown>('bytes', 'milliseconds', 'count', 'text', 'x'),
    before: value,
    after: value,
    better: fc.constantFrom<unknown>('lower', 'higher', 'neither', null),
    method: fc.constantFrom<unknown>('a', null),
    note: fc.constantFrom<unknown>('a', null, 3),
    more: fc.constant(1),
  })

  test('accepts what the program accepts, and refuses what it refuses', () => {
    const image = fc.oneof(bad, fc.record({ name: fc.constant('a'), digest: fc.constantFrom<unknown>('d', null, 3) }))
    const card = fc.record({
      schemaVersion: fc.constantFrom<unknown>(1, 1, 1, 2, '1'),
      before: image,
      after: image,
      measures: fc.oneof(bad, fc.array(measure, { maxLength: 2 })),
    })
    fc.assert(fc.property(card, agree), { numRuns: 2000 })
  })

  test('agrees on each part by itself', () => {
    const whole = cardJson(sampleCard, '1')
    fc.assert(
      fc.property(measure, (each) => agree({ ...whole, measures: [each] })),
      { numRuns: 1000 },
    )
    const [first] = whole.measures
    fc.assert(fc.property(value, (each) => agree({ ...whole, measures: [{ ...first, before: each }] })))
    agree(whole)
    assert.ok(fitsJsonSchema(whole, documentedSchema))
  })

  function agree(candidate: unknown): void {
    const accepted = safeParse(cardSchema, candidate).success
    assert.equal(fitsJsonSchema(candidate, documentedSchema), accepted, JSON.stringify(candidate))
  }
})

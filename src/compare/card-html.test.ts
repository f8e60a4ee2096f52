import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { file } from '../../test/support/layers.ts'
import { cardHtml } from './card-html.ts'
import { diffImages } from './diff-images.ts'
import type { FileFate } from './file-fate.ts'
import { fileRows } from './html/file-rows.ts'
import { layerSizes } from './layer-sizes.ts'
import { measurable } from './testing/measurable.ts'
import { sampleCard } from './testing/sample-card.ts'

const nothing = { layers: undefined, fates: undefined }

/** As many files as a large image has, no two neighbours alike. */
function* manyFates(count: number): Generator<FileFate> {
  for (let number = 0; number < count; number += 1) {
    const path = `/usr/lib/package-${number % 700}/a-longer-name-of-a-folder/${number % 7}/a-longer-file-name-${number}`
    yield { path, fate: number % 2 === 0 ? 'kept' : 'dropped', why: `reason ${number % 5}`, sizeBytes: number }
  }
}

describe('the card as a page', () => {
  test('needs nothing else, and allows its own script only', () => {
    const page = cardHtml({ card: sampleCard, ...nothing })
    assert.doesNotMatch(page, /(?:src|href)=|url\(|@import|https?:/)
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? []
    assert.ok(page.includes(`script-src 'sha256-${hash('sha256', script, 'base64')}'`))
  })

  test('shows names from images as they are', async () => {
    const hostile = '<script>alert(1)</script>"\'&'
    await using before = await measurable([[file('a', 'a')]])
    await using after = await measurable([[file(hostile.replace('/', '-'), 'b')]], { Labels: { [hostile]: hostile } })
    const differences = diffImages(before, after)
    const layers = { before: layerSizes(before, after.image), after: layerSizes(after, before.image) }
    const names = { before: { name: hostile, digest: undefined }, after: { name: hostile, digest: undefined } }
    const page = cardHtml({ card: { ...sampleCard, ...names, differences }, layers, fates: undefined })
    assert.doesNotMatch(page, /<script>alert/)
    assert.match(page, /&lt;script&gt;alert\(1\)/)
    assert.equal(page.match(/<svg/g)?.length, page.match(/<\/svg>/g)?.length)
  })

  test('has less than 1 MB for an image of 30,000 and one of 300,000 files', () => {
    for (const count of [30_000, 300_000]) {
      const page = cardHtml({ card: sampleCard, layers: undefined, fates: [...manyFates(count)] })
      assert.ok(page.length < 1e6, `${page.length} bytes`)
    }
  })
})

describe('rows of files', () => {
  test('stand for a whole folder where one thing happened for one reason', () => {
    const fate = (path: string, fate: string, sizeBytes: number): FileFate => ({ path, fate, why: '', sizeBytes })
    const rows = fileRows([fate('/a/1', 'kept', 3), fate('/a/2', 'kept', 4), fate('/b/1', 'dropped', 9e6)], 100)
    assert.deepEqual(
      rows.map(({ path, fate, paths, sizeBytes }) => [path, fate, paths, sizeBytes]),
      [
        ['/b/1', 'dropped', 1, 9e6],
        ['/a/', 'kept', 2, 7],
      ],
    )
  })

  test('tell what is in a large part of all, though one thing happened to it', () => {
    const fate = (path: string, sizeBytes: number): FileFate => ({ path, fate: 'dropped', why: '', sizeBytes })
    const rows = fileRows([fate('/a/1', 8e6), fate('/a/2', 9e6), fate('/b/1', 1), fate('/b/2', 1)], 100)
    assert.deepEqual(
      rows.map(({ path }) => path),
      ['/a/2', '/a/1', '/b/'],
    )
  })

  test('tell the largest of a folder with too much in it, and the rest as one', () => {
    const fates = Array.from({ length: 2000 }, (_, number): FileFate => {
      return {
        path: `/a/${number >> 1}/${number}`,
        fate: number % 2 === 0 ? 'kept' : 'dropped',
        why: '',
        sizeBytes: number,
      }
    })
    const rows = fileRows(fates, 100)
    assert.ok(rows.length > 30 && rows.length <= 100, `${rows.length} rows`)
    const [first, rest] = rows.toSorted((one, other) => other.paths - one.paths)
    assert.deepEqual([first?.path, first?.fate, rest?.paths], ['/a/ (the rest)', 'mixed', 2])
    assert.match(first?.why ?? '', /^\d+ kept, \d+ dropped$/)
    assert.ok(rows.some(({ path }) => path.startsWith('/a/999')))
  })

  test('leave nothing out, however few they are', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`)
    const why = fc.constantFrom('', 'x')
    const fate = fc.record({ path, fate: fc.constantFrom('kept', 'dropped'), why, sizeBytes: fc.nat(100) })
    const fates = fc.uniqueArray(fate, { selector: (each) => each.path, maxLength: 40 })
    fc.assert(
      fc.property(fates, fc.integer({ min: 1, max: 30 }), (all, rowsMax) => {
        const rows = fileRows(all, rowsMax)
        const sum = (list: readonly { readonly sizeBytes: number }[]): number =>
          list.reduce((total, each) => total + each.sizeBytes, 0)
        assert.equal(
          rows.reduce((total, { paths }) => total + paths, 0),
          all.length,
        )
        assert.equal(sum(rows), sum(all))
      }),
    )
  })
})

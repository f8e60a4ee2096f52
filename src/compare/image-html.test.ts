import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { directory, file, hardLink, type LayerItem } from '../../test/support/layers.ts'
import { imageHtml } from './image-html.ts'
import { imageFiles, type OwnFile } from './image-files.ts'
import { layerSizes } from './layer-sizes.ts'
import { measureImages } from './measure-images.ts'
import { measurable } from './testing/measurable.ts'
import { largestWaste, layerInstructions } from './waste.ts'

const root = { path: '/', kind: 'directory' } as const
const nothing = { facts: [], measures: [], tellsMeasures: false, layers: undefined, waste: undefined, files: undefined }

/** The whole page of an image with these layers. */
async function pageOf(layers: readonly (readonly LayerItem[])[], name = 'app:1'): Promise<string> {
  await using image = await measurable(layers)
  return imageHtml({
    ...{ image: { name, digest: undefined }, facts: [['user', name]], tellsMeasures: true },
    measures: measureImages(image, image),
    layers: layerSizes(image, undefined),
    waste: { files: largestWaste(image.tree), instructions: layerInstructions(image.image) },
    files: imageFiles(image, root),
  })
}

describe('the page of an image', () => {
  test('shows the line that made each layer, wasted file and file', async () => {
    const page = await pageOf([[file('a', 'first')], [file('a', 'second'), file('b/c', 'x')]])
    const row = (html: string): boolean => page.includes(html)
    assert.ok(row('<code>RUN step 1</code>'))
    assert.match(
      page,
      /<th scope="row" class="path">\/a<\/th><td class="n">5B<\/td>.*RUN step 1.*data-t="replaced by">.*RUN step 2/,
    )
    assert.match(page, /<td class="path">\/b\/c<td><span class="pill">layer 2<\/span><td>RUN step 2<td class="n">1B/)
  })

  test('shows names as they are', async () => {
    const hostile = '<script>alert(1)</script>"\'&'
    const page = await pageOf([[file(hostile.replace('/', '-'), 'b')]], hostile)
    assert.doesNotMatch(page, /<script>alert/)
    assert.match(page, /&lt;script&gt;alert\(1\)/)
  })

  test('has less than 1 MB for 300,000 files, and says that folders stand for some', () => {
    const files = Array.from({ length: 300_000 }, (_, number): OwnFile => {
      const folder = `/usr/lib/package-${number % 700}/a-longer-name-of-a-folder/${number % 7}`
      return {
        path: `${folder}/a-longer-file-name-${number}`,
        sizeBytes: number,
        layer: number % 2,
        instruction: 'RUN x',
      }
    })
    const none = { path: '/', beforeBytes: 0, afterBytes: 0, beforeFiles: 0, afterFiles: 0, changes: 0, folders: [] }
    const page = imageHtml({
      ...nothing,
      image: { name: 'large:1', digest: undefined },
      files: { root: none, count: files.length, files },
    })
    assert.ok(page.length < 1e6, `${page.length} bytes`)
    assert.match(page, /the folder stands for it/)
  })
})

describe('files of an image', () => {
  test('are those under a folder, hard links counted once, with sums of its folders', async () => {
    await using image = await measurable([
      [file('a/b/one', 'four'), hardLink('a/b/two', 'a/b/one'), file('a/three', 'x'), file('z')],
    ])
    const { root: sum, files } = imageFiles(image, { path: '/a', kind: 'directory' })
    assert.deepEqual(
      Array.from(files, ({ path, sizeBytes, layer, instruction }) => [path, sizeBytes, layer, instruction]),
      [
        ['/a/b/one', 4, 0, 'RUN step 1'],
        ['/a/b/two', 0, 0, 'RUN step 1'],
        ['/a/three', 1, 0, 'RUN step 1'],
      ],
    )
    assert.deepEqual(
      [sum.path, sum.afterBytes, sum.folders.map(({ path, afterBytes }) => [path, afterBytes])],
      ['/a', 5, [['/a/b', 4]]],
    )
  })

  test('are one where a file is named, and none of an empty folder', async () => {
    await using image = await measurable([[directory('empty'), file('a/one', 'x')]])
    assert.deepEqual(imageFiles(image, { path: '/a/one', kind: 'file' }).root.afterBytes, 1)
    assert.equal(imageFiles(image, { path: '/empty', kind: 'directory' }).count, 0)
  })
})

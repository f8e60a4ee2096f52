import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { directory, file, hardLink, opaque, whiteout, type LayerItem } from '../../test/support/layers.ts'
import { randomLayers } from '../../test/support/random-layers.ts'
import { FileTreeError } from '../filetree/errors.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import { measureImages } from './measure-images.ts'
import { measurable } from './testing/measurable.ts'
import { wasteByLayer, wastedFiles } from './waste.ts'

describe('waste', () => {
  test('is what later layers delete or replace, with the layers of both', async () => {
    await using image = await measurable([
      [file('cache/a', 'aaaa'), file('cache/b', 'bb'), file('kept', 'k'), file('old', 'old')],
      [whiteout('cache/a'), file('old', 'new'), file('dir/x', 'x')],
      [opaque('cache'), directory('cache'), whiteout('dir')],
    ])
    assert.deepEqual(
      Array.from(wastedFiles(image.tree), ({ path, fate, layer, hiddenBy }) => [path, fate, layer, hiddenBy]),
      [
        ['/old', 'replaced', 0, 1],
        ['/cache/a', 'deleted', 0, 1],
        ['/cache/b', 'deleted', 0, 2],
        ['/dir/x', 'deleted', 1, 2],
      ],
    )
    assert.deepEqual(wasteByLayer(image.tree, image.image), [
      { layer: 0, instruction: 'RUN step 1', sizeBytes: 9, files: 3 },
      { layer: 1, instruction: 'RUN step 2', sizeBytes: 1, files: 1 },
    ])
  })

  test('is not a file of which another name is left', async () => {
    await using image = await measurable([[file('a', 'content'), hardLink('b', 'a')], [whiteout('a')]])
    assert.deepEqual([...wastedFiles(image.tree)], [])
  })

  test('is what a flattened copy saves', async () => {
    await fc.assert(
      fc.asyncProperty(randomLayers, async (layers) => {
        await using image = await measurableOrNothing(layers)
        if (image === undefined) return
        await using flat = await measurable([await flattened(image.tree)])
        const measures = measureImages(image, flat)
        const row = (id: string) => measures.find((each) => each.id === id)
        const [waste, unpacked] = [row('size.waste'), row('size.unpacked')]
        const saved = Number(unpacked?.before?.value) - Number(unpacked?.after?.value)
        assert.equal(waste?.before?.value, saved)
        assert.equal(waste?.after?.value, 0)
        const sum = Array.from(wastedFiles(image.tree)).reduce((total, { sizeBytes }) => total + sizeBytes, 0)
        assert.equal(sum, saved)
      }),
      { numRuns: 60 },
    )
  })
})

/** Random layers may be such that no runtime takes them. */
async function measurableOrNothing(layers: readonly (readonly LayerItem[])[]) {
  try {
    return await measurable(layers)
  } catch (error) {
    if (error instanceof FileTreeError) return undefined
    throw error
  }
}

async function flattened(tree: FileTree): Promise<readonly LayerItem[]> {
  const items: LayerItem[] = []
  const first = new Map<number, string>()
  for (const entry of tree.entries()) {
    if (entry.kind !== 'file') continue
    const other = first.get(entry.inode)
    if (other === undefined) items.push(file(entry.path.slice(1), await tree.read(entry, 1e6)))
    else items.push(hardLink(entry.path.slice(1), other))
    first.set(entry.inode, other ?? entry.path.slice(1))
  }
  return items
}

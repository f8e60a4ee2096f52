import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FileTreeError } from '../../src/filetree/errors.ts'
import { openFileTree, type FileTree } from '../../src/filetree/file-tree.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { applyLayers, ModelRefusal, type ModelTree } from '../support/layer-model.ts'
import { layerOf, type LayerItem } from '../support/layers.ts'
import { randomLayers } from '../support/random-layers.ts'

const job = createJob()

function describeModel(tree: ModelTree): readonly string[] {
  const first = new Map<object, string>()
  return [...tree]
    .toSorted(([a], [b]) => (a.split('/').join('\0') < b.split('/').join('\0') ? -1 : 1))
    .map(([path, file]) => {
      const { kind, mode, uid, content, target, layer } = file
      if (!first.has(file)) first.set(file, path)
      return JSON.stringify({ path, kind, mode, uid, content, target, layer, inode: first.get(file) })
    })
}

async function describeTree(tree: FileTree): Promise<readonly string[]> {
  const first = new Map<number, string>()
  const lines: string[] = []
  for (const entry of tree.entries()) {
    const { path, kind, mode, uid, linkTarget: target, layer, inode } = entry
    if (path === '/') continue
    const content = kind === 'file' ? Buffer.from(await tree.read(entry, 1000)).toString() : ''
    if (!first.has(inode)) first.set(inode, path)
    lines.push(JSON.stringify({ path, kind, mode, uid, content, target, layer, inode: first.get(inode) }))
  }
  return lines
}

async function openAndDescribe(layers: readonly (readonly LayerItem[])[]): Promise<readonly string[] | 'refused'> {
  await using cache = await temporaryDirectory()
  try {
    await using tree = await openFileTree({ layers: await Promise.all(layers.map(layerOf)) }, cache.path, job)
    for (const { path, inode } of tree.entries()) {
      assert.equal(tree.get(path)?.inode, inode)
      for (const child of tree.children(path)) assert.equal(tree.get(child.path)?.inode, child.inode)
    }
    return await describeTree(tree)
  } catch (error) {
    if (error instanceof FileTreeError && error.code === 'bad-layer') return 'refused'
    throw error
  }
}

function expectedOf(layers: readonly (readonly LayerItem[])[]): readonly string[] | 'refused' {
  try {
    return describeModel(applyLayers(layers))
  } catch (error) {
    if (error instanceof ModelRefusal) return 'refused'
    throw error
  }
}

test('the merged view of any layers is what applying them one after the other gives', async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(randomLayers, async (layers) => {
      const actual = await openAndDescribe(layers)
      if (actual !== 'refused') accepted += 1
      assert.deepEqual(actual, expectedOf(layers))
    }),
    { numRuns: 300 },
  )
  assert(accepted > 50, `only ${accepted} of them could be unpacked`)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { file, hardLink, layerOf, type LayerItem } from '../../test/support/layers.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { ContentSet, haveSameContent, InodeSet } from './file-identity.ts'
import { openFileTree, type FileTree } from './file-tree.ts'

/** Texts whose digests are different and begin with the same four bytes. */
const [alike, alikeToo] = ['69235', '95303']

async function treeOf(...layers: readonly (readonly LayerItem[])[]): Promise<FileTree> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryDirectory())
  const tree = stack.use(
    await openFileTree({ layers: await Promise.all(layers.map(layerOf)) }, folder.path, createJob()),
  )
  const held = stack.move()
  return { ...tree, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

describe('the identity of files', () => {
  test('is their content, also where digests begin alike', async () => {
    await using tree = await treeOf([file('a', alike), file('b', alikeToo), file('c', alike), file('d', alikeToo)])
    const contents = new ContentSet()
    const files = [...tree.entries('/')].filter(({ kind }) => kind === 'file')
    assert.deepEqual(
      files.map((each) => contents.add(each)),
      [true, true, false, false],
    )
    const [a, b, c] = files
    assert(a !== undefined && b !== undefined && c !== undefined)
    assert.deepEqual([haveSameContent(a, c), haveSameContent(a, b)], [true, false])
  })

  test('is no content for what is no file', async () => {
    await using tree = await treeOf([file('folder/a')])
    const folder = tree.get('/folder')
    assert(folder !== undefined)
    assert.equal(haveSameContent(folder, folder), false)
  })

  test('is one inode for hard links, also from one layer to another', async () => {
    await using tree = await treeOf(
      [file('a', 'same'), file('b', 'same')],
      [hardLink('c', 'a'), file('d'), hardLink('e', 'd')],
    )
    const inodes = new InodeSet(tree)
    const files = [...tree.entries()].filter(({ kind }) => kind === 'file')
    assert.deepEqual(
      files.map((each) => [each.path, inodes.add(each)]),
      [
        ['/a', true],
        ['/b', true],
        ['/c', false],
        ['/d', true],
        ['/e', false],
      ],
    )
  })
})

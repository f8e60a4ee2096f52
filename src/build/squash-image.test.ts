import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openFileTree } from '../filetree/file-tree.ts'
import { readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import type { LayoutStore } from '../store/layout-store.ts'
import { builtImage, exportEnvironment } from '../../test/support/built-image.ts'
import { directory, file, hardLink, symbolicLink, whiteout, type LayerItem } from '../../test/support/layers.ts'
import { temporaryStore } from '../../test/support/store.ts'
import type { BuiltImage } from './built-image.ts'
import { squashImage } from './squash-image.ts'

const job = createJob()
const gzip = { format: 'gzip', level: undefined } as const

/** What a container sees, by path. */
async function filesOf(image: BuiltImage, store: LayoutStore): Promise<ReadonlyMap<string, unknown>> {
  await using tree = await openFileTree(image, store.layersPath, job)
  const files = new Map<string, unknown>()
  const inodes = new Map<number, number>()
  for (const each of tree.entries()) {
    const { path, kind, mode, uid, linkTarget, digest, modified, xattrs, inode } = each
    if (kind !== 'directory') inodes.set(inode, inodes.get(inode) ?? inodes.size)
    files.set(path, { kind, mode, uid, linkTarget, digest, modified, xattrs, same: inodes.get(inode) })
  }
  return files
}

const base: readonly LayerItem[] = [
  directory('etc', { mode: 0o700, uid: 7 }),
  file('etc/kept', 'kept'),
  file('etc/gone', 'gone'),
  directory('dir'),
  file('dir/x', 'x'),
  file('was-file', 'a file'),
  symbolicLink('was-link', 'etc'),
]

const uppers: readonly (readonly LayerItem[])[] = [
  [file('temporary', 'temporary'), file('etc/new', 'new'), hardLink('etc/linked', 'etc/new'), whiteout('dir')],
  [whiteout('temporary'), whiteout('etc/gone'), directory('dir', { mode: 0o711 }), file('dir/y', 'y')],
  [directory('was-file'), file('was-file/in', 'in'), file('was-link', 'no link')],
]

describe('squashing', () => {
  test('leaves the same files in one layer above the base', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers: [base, ...uppers], baseLayers: 1 })
    const squashed = await squashImage(image, gzip, exportEnvironment(place.store, place.path), job)
    assert.equal(squashed.layers.length, 2)
    assert.equal(squashed.layers[0], image.layers[0])
    assert.deepEqual(await filesOf(squashed, place.store), await filesOf(image, place.store))
  })

  test('drops the bytes of what was deleted again', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers: [base, ...uppers], baseLayers: 1 })
    const squashed = await squashImage(image, gzip, exportEnvironment(place.store, place.path), job)
    const layer = squashed.layers[1]
    assert.ok(layer)
    assert.doesNotMatch(Buffer.from(await readAll(layer.openTar(job), 1_000_000)).toString('latin1'), /temporary/)
  })

  test('keeps the history, and the config fits the layers', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers: [base, ...uppers], baseLayers: 1 })
    const { config, layers } = await squashImage(image, gzip, exportEnvironment(place.store, place.path), job)
    assert.deepEqual(
      config.rootfs.diff_ids,
      layers.map(({ diffId }) => diffId),
    )
    assert.equal(config.history?.length, 5)
    assert.equal(config.history.filter(({ empty_layer }) => empty_layer !== true).length, layers.length)
  })

  test('takes a lower file that has got a new name along with all its names', async () => {
    await using place = await temporaryStore()
    const upper = [hardLink('second', 'etc/kept')]
    const image = await builtImage(place.store, { layers: [base, upper, [file('other', 'o')]], baseLayers: 1 })
    const squashed = await squashImage(image, gzip, exportEnvironment(place.store, place.path), job)
    assert.deepEqual(await filesOf(squashed, place.store), await filesOf(image, place.store))
  })

  test('of changes that undo each other leaves no layer', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers: [base, [file('a', 'a')], [whiteout('a')]], baseLayers: 1 })
    for (const _ of [1, 2]) {
      const squashed = await squashImage(image, gzip, exportEnvironment(place.store, place.path), job)
      assert.equal(squashed.layers.length, 1)
    }
  })
})

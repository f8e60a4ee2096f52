import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openFileTree, type FileTree } from '../../src/filetree/file-tree.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { output, skipUnlessRoot } from '../support/engines.ts'
import {
  directory,
  file,
  hardLink,
  layerOf,
  opaque,
  symbolicLink,
  whiteout,
  type LayerItem,
} from '../support/layers.ts'
import { writeLayout } from '../support/oci-layout.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'
import { unpackableLayers } from '../support/unpackable-layers.ts'

const job = createJob()
const execute = promisify(execFile)

/** Times of directories are left out: unpacking changes them. */
interface Described {
  readonly path: string
  readonly kind: string
  readonly mode: string
  readonly owner: string
  readonly modified: string
  readonly content: string
  /** The first path that is the same file. */
  readonly inode: string
}

async function describeTree(tree: FileTree): Promise<readonly Described[]> {
  const first = new Map<number, string>()
  const described: Described[] = []
  for (const entry of tree.entries()) {
    const { path, kind, mode, uid, gid, modified, inode } = entry
    if (path === '/') continue
    if (!first.has(inode)) first.set(inode, path)
    described.push({
      path,
      kind,
      mode: kind === 'symbolic-link' ? '' : mode.toString(8),
      owner: `${uid}:${gid}`,
      modified: kind === 'directory' ? '' : String(BigInt(modified.seconds) * 10n ** 9n + BigInt(modified.nanoseconds)),
      content: kind === 'file' ? Buffer.from(await tree.read(entry, 1000)).toString('hex') : entry.linkTarget,
      inode: first.get(inode) ?? '',
    })
  }
  return described
}

async function describeFolder(root: string): Promise<readonly Described[]> {
  const first = new Map<bigint, string>()
  const described: Described[] = []
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).toSorted()) {
      const path = `${folder}/${name}`
      const full = join(root, path)
      // overlayfs lists a whiteout in a directory that no lower layer has, though nothing is there.
      const stats = await lstat(full, { bigint: true }).catch(() => undefined)
      if (stats === undefined) continue
      if (!first.has(stats.ino)) first.set(stats.ino, path)
      const isLink = stats.isSymbolicLink()
      described.push({
        path,
        kind: kindOf(stats),
        mode: isLink ? '' : (stats.mode & 0o7777n).toString(8),
        owner: `${stats.uid}:${stats.gid}`,
        modified: stats.isDirectory() ? '' : String(stats.mtimeNs),
        content: stats.isFile() ? (await readFile(full)).toString('hex') : isLink ? await readlink(full) : '',
        inode: first.get(stats.ino) ?? '',
      })
      if (stats.isDirectory()) await visit(path)
    }
  }
  await visit('')
  return described
}

function kindOf(stats: Awaited<ReturnType<typeof lstat>>): string {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'symbolic-link'
  return stats.isFIFO() ? 'fifo' : stats.isCharacterDevice() ? 'character-device' : 'block-device'
}

async function describeImage(layers: readonly (readonly LayerItem[])[], cache: string): Promise<readonly Described[]> {
  await using tree = await openFileTree({ layers: await Promise.all(layers.map(layerOf)) }, cache, job)
  return await describeTree(tree)
}

async function unpackWithUmoci(
  layers: readonly (readonly LayerItem[])[],
  folder: string,
): Promise<readonly Described[]> {
  await writeLayout(join(folder, 'image'), 'latest', layers)
  await output('umoci', ['unpack', '--image', `${join(folder, 'image')}:latest`, join(folder, 'bundle')])
  return await describeFolder(join(folder, 'bundle/rootfs'))
}

/** Where unpacking one layer after the other and overlayfs agree, or overlayfs has no say. */
const cases: readonly (readonly [string, readonly (readonly LayerItem[])[]])[] = [
  ['names that try to leave the root', [[file('/absolute'), file('../../above'), file('a/../beside')]]],
  [
    'entries under links of their layer',
    [
      [
        symbolicLink('l', '/etc'),
        file('l/x'),
        directory('q/r'),
        symbolicLink('q/r/up', '../../..'),
        file('q/r/up/q/z'),
      ],
    ],
  ],
  ['whiteouts under links of their layer', [[file('d/x')], [directory('d'), symbolicLink('l', 'd'), whiteout('l/x')]]],
  ['names that come twice', [[file('a', '1'), file('a', '22'), file('b/c'), file('b', 'x')]]],
  ['a whiteout before what replaces it', [[file('a/low')], [whiteout('a'), directory('a'), file('a/up')]]],
  ['a whiteout behind what replaces it', [[file('a/low')], [directory('a'), file('a/up'), whiteout('a')]]],
  ['an opaque marker before its directory’s content', [[file('a/low')], [directory('a'), opaque('a'), file('a/up')]]],
  ['an opaque marker behind it', [[file('a/low')], [directory('a'), file('a/up'), opaque('a')]]],
  ['an opaque marker in an implied directory', [[directory('a', { mode: 0o700 }), file('a/low')], [opaque('a')]]],
  ['an implied directory over one that was written', [[directory('a', { mode: 0o700, uid: 5 })], [file('a/b')]]],
  ['a hard link to a lower layer', [[file('a', '1')], [hardLink('b', 'a')], [hardLink('c', 'b')]]],
  ['a folder with the name of a whiteout', [[file('foo')], [file('.wh.foo/bar'), file('.wh..wh.aufs')]]],
]

describe('the merged view is what umoci unpacks for', { skip: skipUnlessRoot('umoci') }, () => {
  for (const [name, layers] of cases) {
    test(name, async () => {
      await using folder = await temporaryDirectory()
      const expected = await unpackWithUmoci(layers, folder.path)
      assert.deepEqual(await describeImage(layers, join(folder.path, 'cache')), expected)
    })
  }
})

describe('the merged view of random layers is what is seen in', { timeout: 300_000 }, () => {
  test('the folder that umoci unpacks them to', { skip: skipUnlessRoot('umoci') }, async (t) => {
    const seed = testSeed()
    t.diagnostic(`seed ${seed}`)
    const random = seededRandom(seed)
    for (let round = 0; round < 20; round += 1) {
      await using folder = await temporaryDirectory()
      const layers = unpackableLayers(random)
      const expected = await unpackWithUmoci(layers, folder.path)
      assert.deepEqual(
        await describeImage(layers, join(folder.path, 'cache')),
        expected,
        `seed ${seed}, round ${round}`,
      )
    }
  })

  test('the overlay that podman mounts them as', { skip: skipUnlessRoot('podman') }, async (t) => {
    const seed = testSeed()
    t.diagnostic(`seed ${seed}`)
    const random = seededRandom(seed)
    await using storage = await temporaryDirectory()
    const options = ['--root', join(storage.path, 'root'), '--runroot', join(storage.path, 'run')]
    // Podman makes a name from a layout's path, so the path is relative: temporary folders may have capitals.
    const podman = async (...args: readonly string[]): Promise<string> =>
      (
        await execute('podman', [...options, '--storage-driver', 'overlay', ...args], { cwd: storage.path })
      ).stdout.trim()
    try {
      for (let round = 0; round < 4; round += 1) {
        const layers = unpackableLayers(random)
        await writeLayout(join(storage.path, `image-${round}`), 'latest', layers)
        const id = await podman('pull', '--quiet', `oci:image-${round}:latest`)
        const mounted = await podman('image', 'mount', id)
        const expected = await describeFolder(mounted)
        const actual = await describeImage(layers, join(storage.path, 'cache'))
        assert.deepEqual(actual, expected, `seed ${seed}, round ${round}`)
      }
    } finally {
      await podman('image', 'umount', '--all')
      await podman('rmi', '--all', '--force')
    }
  })
})

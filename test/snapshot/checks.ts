import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { indexLayer } from '../../src/filetree/index-layer.ts'
import type { Layer } from '../../src/image/image.ts'
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts'
import { getXattr, listXattrs } from '../../src/std/syscalls-files.ts'
import { createJob } from '../../src/std/job.ts'
import { walkFolder } from '../support/folder-walk.ts'
import {
  device,
  directory,
  file,
  hardLink,
  layerOf,
  layerOfTar,
  opaque,
  symbolicLink,
  whiteout,
  type LayerItem,
} from '../support/layers.ts'
import { makeOddFolder } from '../support/odd-folder.ts'
import {
  changedPaths,
  changesOf,
  expectedOf,
  job,
  layersDirectory,
  mountsOf,
  openLayers,
  seenIn,
  snapshotOptions,
  sorted,
  type OpenedSnapshot,
  type Place,
} from './place.ts'

async function openItems(place: Place, ...layers: readonly (readonly LayerItem[])[]): Promise<OpenedSnapshot> {
  return await openLayers(place, await Promise.all(layers.map(layerOf)))
}

function shell(snapshot: OpenedSnapshot, script: string): string {
  return execFileSync('sh', ['-ec', script], { cwd: snapshot.rootfs, encoding: 'utf8' })
}

/** A mount shows what tar(1) packed: all kinds, names that are no UTF-8, sparse files, attributes, times. */
export async function whatTarPacksIsSeen(place: Place): Promise<void> {
  const folder = join(place.directory, 'odd')
  mkdirSync(folder)
  makeOddFolder(folder, 'pax')
  execFileSync('truncate', ['-s', '3M', join(folder, 'hole')])
  execFileSync('sh', ['-c', 'printf start > islands; truncate -s 9M islands; printf end >> islands'], { cwd: folder })
  const pack = ['--create', '--format=pax', '--xattrs', '--xattrs-include=*', '--sparse', '--sort=name', '.']
  const tar = execFileSync('tar', pack, { cwd: folder, maxBuffer: 1e8 })
  await using snapshot = await openLayers(place, [layerOfTar(new Uint8Array(tar))])
  assert.deepEqual(sorted(seenIn(snapshot.rootfs)), sorted(seenIn(folder)))
  assert(execFileSync('du', ['-k', join(snapshot.rootfs, 'hole')], { encoding: 'utf8' }).length > 0)
}

/** Its last block is as long as the length of the names makes it. */
function directoryOfNames(path: string, length: number): readonly LayerItem[] {
  return Array.from({ length: 30 }, (_, number) => file(`${path}/${number}${'x'.repeat(length)}`))
}

/** Sizes around blocks and pages, and names that sort around `.` and `..`. */
export async function sizesAndNamesAreKept(place: Place): Promise<void> {
  const sizes = [0, 1, 511, 512, 513, 4095, 4096, 4097, 65_536, 1_048_577]
  const names = ['!', '-', '.-', '.a', '..-', '..a', '...', '.\u{1}', 'ü', 'x'.repeat(255)]
  const items = [
    ...sizes.map((size) => file(`size-${size}`, Buffer.alloc(size, `${size}.`))),
    ...names.map((name) => file(name, name)),
    ...names.map((name) => symbolicLink(`links/${name}`, 'y'.repeat(name.length * 16))),
    directory('empty'),
    ...Array.from({ length: 70 }, (_, length) => directoryOfNames(`names-${length}`, length)).flat(),
  ]
  const layers = [await layerOf(items)]
  await using snapshot = await openLayers(place, layers)
  assert.deepEqual(sorted(seenIn(snapshot.rootfs)), sorted(await expectedOf(place, layers)))
  for (const name of names) assert.equal(readFileSync(join(snapshot.rootfs, name), 'utf8'), name)
}

export async function largeDirectoriesAreWhole(place: Place): Promise<void> {
  const names = Array.from({ length: 30_000 }, (_, number) => `file-${number * 7919}`)
  await using snapshot = await openItems(
    place,
    names.map((name) => file(`large/${name}`, name)),
  )
  const folder = join(snapshot.rootfs, 'large')
  assert.deepEqual(readdirSync(folder).toSorted(), names.toSorted())
  for (const name of names.filter((_, number) => number % 500 === 0)) {
    assert.equal(readFileSync(join(folder, name), 'utf8'), name)
    assert.ok(!existsSync(join(folder, `${name}x`)))
  }
}

/** What a layer links to one of its own is one file; what it links to lower layers is that file once more. */
export async function hardLinksAreKept(place: Place): Promise<void> {
  const lower = [file('a', 'lower', { mode: 0o640, uid: 3 })]
  const upper = [hardLink('b', 'a'), hardLink('c', 'a'), file('d', 'upper'), hardLink('e', 'd')]
  await using snapshot = await openItems(place, lower, upper)
  const seen = walkFolder(snapshot.rootfs)
  for (const name of ['a', 'b', 'c']) {
    assert.equal(readFileSync(join(snapshot.rootfs, name), 'utf8'), 'lower')
    assert.equal(seen.get(name)?.uid, 3)
  }
  assert.equal(seen.get('b')?.inode, seen.get('c')?.inode)
  assert.equal(seen.get('d')?.inode, seen.get('e')?.inode)
  assert.equal(lstatSync(join(snapshot.rootfs, 'b')).nlink, 2)
  shell(snapshot, 'ln d f; ln a g; printf new > h; ln h i')
  assert.deepEqual(await changedPaths(snapshot), ['a', 'd', 'f hard-link d', 'g hard-link a', 'h', 'i hard-link h'])
}

/** The same layer over others: what it only implies, links or deletes is what those say. */
export async function aLayerHasWhatThoseBelowSay(place: Place): Promise<void> {
  const layer = await layerOf([file('folder/new', ''), hardLink('link', 'file'), whiteout('folder/gone')])
  for (const mode of [0o700, 0o711]) {
    const below = [directory('folder', { mode, uid: mode }), file('folder/gone'), file('file', `${mode}`)]
    await using snapshot = await openLayers(place, [await layerOf(below), layer])
    const seen = seenIn(snapshot.rootfs)
    assert.deepEqual([seen.get('folder')?.mode, seen.get('folder')?.uid], [mode, mode])
    assert.equal(readFileSync(join(snapshot.rootfs, 'link'), 'utf8'), `${mode}`)
    assert.deepEqual(readdirSync(join(snapshot.rootfs, 'folder')), ['new'])
  }
  await using alone = await openItems(place, [file('folder/new', ''), whiteout('folder/gone')])
  assert.equal(seenIn(alone.rootfs).get('folder')?.mode, 0o755)
  assert.deepEqual(readdirSync(join(alone.rootfs, 'folder')), ['new'])
}

export async function imagesGiveNoOrdersToOverlayfs(place: Place): Promise<void> {
  const order = (name: string, value: string): Partial<LayerItem['entry']> => ({
    xattrs: new Map([
      [`trusted.overlay.${name}`, Buffer.from(value)],
      [`user.overlay.${name}`, Buffer.from(value)],
      ['user.other', Buffer.from('kept')],
    ]),
  })
  const lower = [file('seen/below', 'seen'), file('secret/file', 'secret'), file('here', 'below')]
  const upper = [
    directory('seen', order('opaque', 'y')),
    directory('elsewhere', order('redirect', '/secret')),
    file('here', 'above', order('metacopy', '')),
    file('seen/none', '', order('whiteout', 'y')),
    device('null', 0, 0),
  ]
  await using snapshot = await openItems(place, lower, upper)
  const at = (path: string): string => join(snapshot.rootfs, path)
  assert.deepEqual(readdirSync(at('seen')).toSorted(), ['below', 'none'])
  assert.deepEqual(readdirSync(at('elsewhere')), [])
  assert.equal(readFileSync(at('here'), 'utf8'), 'above')
  assert.deepEqual(listXattrs(at('seen')), ['user.other'])
  assert.equal(Buffer.from(getXattr(at('seen'), 'user.other') ?? []).toString(), 'kept')
  assert.ok(existsSync(at('null')))
}

export async function hundredsOfLayersWork(place: Place): Promise<void> {
  const items = Array.from({ length: 300 }, (_, number) => [
    file(`own-${number}`, `${number}`),
    file('shared', `${number}`),
    ...(number === 0 ? [] : [whiteout(`own-${number - 1}`)]),
  ])
  await using snapshot = await openItems(place, ...items)
  assert.deepEqual(readdirSync(snapshot.rootfs).toSorted(), ['own-299', 'shared'])
  assert.equal(readFileSync(join(snapshot.rootfs, 'shared'), 'utf8'), '299')
}

/** The lowest are put together first: what the others delete, replace and add must mean the same. */
export async function moreLayersThanOverlayfsTakesWork(place: Place): Promise<void> {
  const items = Array.from({ length: 520 }, (_, number) => [
    file(`own-${number}`, `${number}`),
    file('shared', `${number}`),
    ...(number === 0 ? [directory('old'), file('old/gone', ''), directory('kept'), file('kept/low', '')] : []),
    ...(number === 0 ? [] : [whiteout(`own-${number - 1}`)]),
    ...(number === 519 ? [directory('old'), opaque('old'), file('old/new', ''), file('kept/high', '')] : []),
  ])
  await using snapshot = await openItems(place, ...items)
  assert.deepEqual(readdirSync(snapshot.rootfs).toSorted(), ['kept', 'old', 'own-519', 'shared'])
  assert.equal(readFileSync(join(snapshot.rootfs, 'shared'), 'utf8'), '519')
  assert.deepEqual(readdirSync(join(snapshot.rootfs, 'old')), ['new'])
  assert.deepEqual(readdirSync(join(snapshot.rootfs, 'kept')).toSorted(), ['high', 'low'])
  shell(snapshot, 'rm kept/low shared; echo more > own-519')
  assert.deepEqual(
    (await changedPaths(snapshot)).map((line) => line.split(' ')[0]),
    ['.wh.shared', 'kept/', 'kept/.wh.low', 'own-519'],
  )
}

export async function tooManyLayersAreAnErrorWithAHint(place: Place): Promise<void> {
  const layers = await Promise.all(Array.from({ length: 1000 }, (_, number) => layerOf([file(`${number}`)])))
  await assert.rejects(openLayers(place, layers), { name: 'SnapshotError', code: 'cannot-mount', hint: /999/ })
  assert.deepEqual(readdirSync(join(place.directory, 'scratch')), [])
  assert.equal(await mountsOf('erofs'), 0)
}

/** Also of a layer that is there twice, and of layers that hold nothing. */
export async function theSameLayerTwiceIsNoHarm(place: Place): Promise<void> {
  const twice = await layerOf([directory('a'), file('a/x', 'twice')])
  const between = await layerOf([whiteout('a/x'), file('a/y', '')])
  const nothing = await layerOf([])
  await using snapshot = await openLayers(place, [nothing, twice, between, nothing, twice])
  assert.deepEqual(readdirSync(join(snapshot.rootfs, 'a')), ['x', 'y'])
}

export async function aRootOverNothingIsEmpty(place: Place): Promise<void> {
  await using snapshot = await openLayers(place, [])
  assert.deepEqual(await changedPaths(snapshot), [])
  shell(snapshot, 'mkdir -p a/b; printf x > a/b/c; mkfifo p; ln -s nowhere l')
  assert.deepEqual(await changedPaths(snapshot), ['a/', 'a/b/', 'a/b/c', 'l symbolic-link nowhere', 'p fifo'])
}

export async function changesAreNamedAsLayersNameThem(place: Place): Promise<void> {
  const lower = [
    directory('kept', { mode: 0o711 }),
    file('kept/a', 'a'),
    file('kept/b', 'b'),
    file('replaced/old', ''),
    file('file-to-folder', ''),
    file('folder-to-file/in', ''),
    file('moved/in', ''),
    file('gone/in', ''),
    file('touched', 'same', { mode: 0o600 }),
  ]
  await using snapshot = await openItems(place, lower)
  shell(
    snapshot,
    `rm kept/a; printf c > kept/c
     rm -r replaced; mkdir replaced; printf new > replaced/new
     rm file-to-folder; mkdir file-to-folder; printf in > file-to-folder/in
     rm -r folder-to-file; printf '' > folder-to-file
     rm -r gone; printf made > made; rm made
     chmod 644 touched; chmod 600 touched
     touch .wh.kept`,
  )
  assert.deepEqual(await changedPaths(snapshot), [
    '.wh.gone',
    'file-to-folder/',
    'file-to-folder/in',
    'folder-to-file',
    'kept/',
    'kept/.wh.a',
    'kept/c',
    'replaced/',
    'replaced/.wh..wh..opq',
    'replaced/new',
  ])
  const late = await changesOf(snapshot, { latestSeconds: 1000 })
  await using again = await openLayers(place, [late])
  for (const [path, { seconds, nanoseconds }] of seenIn(again.rootfs)) {
    assert.ok(seconds < 1000 || (seconds === 1000 && nanoseconds === 0), `${path} is of ${seconds}`)
  }
}

export async function emptyMountPointsAreNoChanges(place: Place): Promise<void> {
  await using snapshot = await openItems(place, [file('etc/hosts', '127.0.0.1'), directory('proc')])
  shell(snapshot, 'mkdir -p run/secrets/deep cache; : > run/secrets/deep/token; : > etc/resolv.conf; : > cache/used')
  const mountPoints = ['/run/secrets/deep/token', '/etc/resolv.conf', '/proc', '/cache', '/etc/hosts']
  assert.deepEqual(await changedPaths(snapshot, { mountPoints }), ['cache/', 'cache/used'])
  shell(snapshot, 'printf x > etc/resolv.conf; : > run/other')
  assert.deepEqual(await changedPaths(snapshot, { mountPoints }), [
    'cache/',
    'cache/used',
    'etc/',
    'etc/resolv.conf',
    'run/',
    'run/other',
  ])
}

/** Of the root's own attributes all but the time are kept. */
export async function theRootHasAttributesToo(place: Place): Promise<void> {
  await using snapshot = await openItems(place, [directory('.', { mode: 0o711, uid: 5 }), file('a')], [file('b')])
  const { mode, uid } = lstatSync(snapshot.rootfs)
  assert.deepEqual([mode & 0o7777, uid], [0o711, 5])
  shell(snapshot, 'touch c; rm c')
  assert.deepEqual(await changedPaths(snapshot), [])
  shell(snapshot, 'chmod 700 .')
  assert.deepEqual(await changedPaths(snapshot), ['./'])
}

export async function filesThroughLinksStayInside(place: Place): Promise<void> {
  const outside = join(place.directory, 'outside')
  mkdirSync(outside)
  const lower = [symbolicLink('trap', outside), symbolicLink('folder', outside)]
  const upper = [file('folder/file', 'inside'), opaque('trap')]
  await using snapshot = await openItems(place, lower, upper)
  assert.equal(readFileSync(join(snapshot.rootfs, 'folder/file'), 'utf8'), 'inside')
  shell(snapshot, `rm -r folder; ln -s ${outside} folder; ln -s /etc/shadow secret`)
  writeFileSync(join(outside, 'file'), 'outside')
  assert.deepEqual(await changedPaths(snapshot), [
    `folder symbolic-link ${outside}`,
    'secret symbolic-link /etc/shadow',
  ])
}

export async function nothingIsLeftBehind(place: Place): Promise<void> {
  const before = [await mountsOf('erofs'), await mountsOf('overlay')]
  const snapshot = await openItems(place, [file('a', '')], [file('b', '')])
  assert.deepEqual([await mountsOf('erofs'), await mountsOf('overlay')], [before[0], (before[1] ?? 0) + 1])
  // Deeper than the longest path that can be given to the kernel.
  const dig = "for (let n = 0; n < 50; n++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)) }"
  execFileSync(process.execPath, ['-e', dig], { cwd: snapshot.rootfs })
  await assert.rejects(changedPaths(snapshot), { name: 'SnapshotError', code: 'cannot-read' })
  await snapshot[Symbol.asyncDispose]()
  assert.deepEqual([await mountsOf('erofs'), await mountsOf('overlay')], before)
  assert.deepEqual(readdirSync(join(place.directory, 'scratch')), [])
}

export async function aCancelledJobLeavesNothing(place: Place): Promise<void> {
  const layer = await layerOf(Array.from({ length: 500 }, (_, number) => file(`${number}`, `${number}`)))
  await using indexed = await indexLayer(layer, layersDirectory(place), job)
  const reason = new Error('enough')
  const controller = new AbortController()
  const opening = openSnapshot([indexed], snapshotOptions(place), createJob({ signal: controller.signal }))
  controller.abort(reason)
  await assert.rejects(opening, reason)
  assert.deepEqual(readdirSync(join(place.directory, 'scratch')), [])
  await using snapshot = await openLayers(place, [layer])
  assert.equal(readdirSync(snapshot.rootfs).length, 500)
}

/** In a user namespace that has 65,536 of them. */
export async function ownersWithoutIdsAreRefusedOrRoot(place: Place): Promise<void> {
  const layer = await layerOf([file('a', 'content', { uid: 65_536, gid: 3 }), file('b', '', { uid: 65_535 })])
  await using indexed = await indexLayer(layer, layersDirectory(place), job)
  const refusing = { ...snapshotOptions(place), unmappedOwners: 'refuse' } as const
  await assert.rejects(openSnapshot([indexed], refusing, job), {
    name: 'SnapshotError',
    code: 'cannot-write',
    hint: /subuid/,
  })
  assert.deepEqual(readdirSync(join(place.directory, 'scratch')), [])
  await using snapshot = await openSnapshot([indexed], snapshotOptions(place), job)
  assert.equal(lstatSync(join(snapshot.rootfs, 'a')).uid, 0)
  assert.equal(lstatSync(join(snapshot.rootfs, 'b')).uid, 65_535)
  appendFileSync(join(snapshot.rootfs, 'a'), ' and more')
  const changes: string[] = []
  for await (const { entry } of snapshot.changes({ latestSeconds: undefined, mountPoints: [] }, job)) {
    changes.push(`${entry.path} ${entry.uid}:${entry.gid}`)
  }
  assert.deepEqual(changes, ['a 65536:3'])
}

/** A torn image, one of another boot, and a layer that is pruned meanwhile. */
export async function damagedImagesAreMadeAnew(place: Place): Promise<void> {
  const layer = await layerOf([file('a', 'content')])
  await using indexed = await indexLayer(layer, layersDirectory(place), job)
  const image = join(dirname(indexed.tarPath), 'erofs-2')
  const check = async (): Promise<Buffer> => {
    await using snapshot = await openSnapshot([indexed], snapshotOptions(place), job)
    assert.equal(readFileSync(join(snapshot.rootfs, 'a'), 'utf8'), 'content')
    return await readFile(image)
  }
  const sound = await check()
  const otherBoot = Buffer.from(sound)
  otherBoot.fill(1, 1024 + 48, 1024 + 64)
  for (const damaged of [Buffer.alloc(0), Buffer.alloc(sound.length), sound.subarray(0, 1000), otherBoot]) {
    await rm(image)
    writeFileSync(image, damaged)
    assert.deepEqual(await check(), sound)
  }
  rmSync(dirname(indexed.tarPath), { recursive: true })
  await using snapshot = await openSnapshot([indexed], snapshotOptions(place), job)
  assert.equal(readFileSync(join(snapshot.rootfs, 'a'), 'utf8'), 'content')
}

export async function severalMayOpenOneLayerAtOnce(place: Place): Promise<void> {
  const layers: readonly Layer[] = [await layerOf([file('a', 'content'), symbolicLink('l', 'a')])]
  const snapshots = await Promise.all(Array.from({ length: 8 }, () => openLayers(place, layers)))
  for (const { rootfs } of snapshots) assert.equal(readlinkSync(join(rootfs, 'l')), 'a')
  await Promise.all(snapshots.map((snapshot) => snapshot[Symbol.asyncDispose]()))
}

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { describe, test } from 'node:test'
import {
  describeLayer,
  device,
  directory,
  file,
  hardLink,
  layerOf,
  symbolicLink,
  type LayerItem,
} from '../../test/support/layers.ts'
import { createJob, type Job } from '../std/job.ts'
import { defaultLimits, type Limits } from '../std/limits.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { indexLayer } from './index-layer.ts'

async function treeOf(items: readonly LayerItem[], job: Job = createJob()): Promise<readonly string[]> {
  await using cache = await temporaryDirectory()
  try {
    await using layer = await indexLayer(await layerOf(items), cache.path, job)
    return describeLayer(layer.index).slice(1)
  } finally {
    for (const path of await readdir(cache.path, { recursive: true })) {
      assert.match(path, /^(?:temporary|sha256(?:\/[0-9a-f]{64}(?:\/(?:tar|index))?)?)$/, 'nothing else is written')
    }
  }
}

function refuses(items: readonly LayerItem[], message: RegExp, limits: Partial<Limits> = {}): Promise<void> {
  const job = createJob({ limits: { ...defaultLimits, ...limits } })
  return assert.rejects(treeOf(items, job), message)
}

describe('a name that tries to leave the root stays under it', () => {
  const attempts: readonly (readonly [string, readonly LayerItem[], readonly string[]])[] = [
    ['absolute', [file('/x')], ['file /x']],
    ['..', [file('../../x')], ['file /x']],
    ['.. in the middle', [file('a/../../x')], ['file /x']],
    ['through a link to ..', [symbolicLink('l', '../../..'), file('l/x')], ['symbolic-link /l -> ../../..', 'file /x']],
    [
      'through an absolute link',
      [symbolicLink('l', '/etc'), file('l/x')],
      ['directory /etc implied', 'file /etc/x', 'symbolic-link /l -> /etc'],
    ],
    [
      'through a link through a link',
      [directory('a/b'), symbolicLink('a/b/up', '../../..'), symbolicLink('l', 'a/b/up/a'), file('l/x')],
      [
        'directory /a implied',
        'directory /a/b',
        'symbolic-link /a/b/up -> ../../..',
        'file /a/x',
        'symbolic-link /l -> a/b/up/a',
      ],
    ],
    [
      'through a hard link to a link',
      [symbolicLink('l', '/..'), hardLink('h', 'l'), file('h/x')],
      ['symbolic-link /h -> /..', 'symbolic-link /l -> /.. = /h', 'file /x'],
    ],
  ]
  for (const [name, items, expected] of attempts) {
    test(name, async () => {
      assert.deepEqual(await treeOf(items), expected)
    })
  }
})

describe('a hard link that tries to leave the root stays under it', () => {
  const attempts: readonly (readonly [string, readonly LayerItem[], string])[] = [
    ['absolute', [hardLink('h', '/etc/shadow')], 'hard-link /h -> /etc/shadow'],
    ['..', [hardLink('h', '../../etc/shadow')], 'hard-link /h -> /etc/shadow'],
    ['through a link', [symbolicLink('l', '/..'), hardLink('h', 'l/etc/shadow')], 'hard-link /h -> /etc/shadow'],
    [
      'through two links',
      [symbolicLink('l', '..'), symbolicLink('m', 'l'), hardLink('h', 'm/x')],
      'hard-link /h -> /x',
    ],
  ]
  for (const [name, items, expected] of attempts) {
    test(name, async () => {
      assert.equal((await treeOf(items))[0], expected)
    })
  }
})

describe('a layer is refused as no runtime could unpack it', () => {
  test('with an entry under a file', () => refuses([file('a'), file('a/b')], /"a\/b": it lies under "\/a", a file/))
  test('with an entry under a device', () =>
    refuses([device('a', 1, 3), file('a/b/c')], /under "\/a", a character-device/))
  test('with an entry under a hard link to a file', () =>
    refuses([file('a'), hardLink('h', 'a'), file('h/b')], /under "\/h", a file/))
  test('with an entry under a link to a file', () =>
    refuses([file('a'), symbolicLink('l', 'a'), file('l/b')], /under "\/a", a file/))
  test('with an entry under a link to itself', () =>
    refuses([symbolicLink('l', 'l'), file('l/b')], /more than 40 symbolic links/))
  test('with an entry under two links to each other', () =>
    refuses([symbolicLink('l', 'm'), symbolicLink('m', 'l/x'), file('l/b')], /more than 40 symbolic links/))
  test('with a hard link through a link to itself', () =>
    refuses([symbolicLink('l', 'l'), hardLink('h', 'l/b')], /more than 40 symbolic links/))
  test('with a hard link to a directory, to the root, or to what is above', async () => {
    await refuses([directory('d'), hardLink('h', 'd')], /hard link to a directory/)
    await refuses([hardLink('h', '/')], /hard link to a directory/)
    await refuses([hardLink('h', 'a/..')], /hard link to a directory/)
  })
  test('with a whiteout of the folder that it lies in, or of the one above', async () => {
    await refuses([file('a/.wh..')], /a whiteout of "\."/)
    await refuses([file('a/.wh...')], /a whiteout of "\.\."/)
  })
  test('with an owner that the kernel takes for none', () =>
    refuses([file('a', '', { uid: 0xffff_ffff })], /the owner 4294967295:0/))
})

describe('a layer is refused over a limit', () => {
  test('of a name', () => refuses([file('a'.repeat(256))], /a name of 256 bytes/))
  test('of a path', () => refuses([file('a/'.repeat(2048) + 'bb')], /path|name/))
  test('of a path that only links make long', async () => {
    const deep = 'd/'.repeat(1500)
    await refuses([symbolicLink('l', deep), file(`l/${deep}x`)], /a path of more than 4096 bytes/)
  })
  test('of entries, and implied directories count', async () => {
    await refuses([file('a'), file('b'), file('c')], /more than 2 entries/, { layerEntriesMax: 2 })
    await refuses([file('a/b/c/d')], /more than 3 entries/, { layerEntriesMax: 3 })
  })
  test('of bytes', () =>
    refuses([file('a', Buffer.alloc(5000))], /5000 bytes|too large|larger/, { layerBytesMax: 5000 }))
})

test('many links, each within the bounds, take no long time', async () => {
  const links = Array.from({ length: 39 }, (_, number) => symbolicLink(`l${number}`, `./././l${number + 1}`))
  assert.equal((await treeOf([...links, file('l0/x')])).at(-1), 'symbolic-link /l9 -> ./././l10')
})

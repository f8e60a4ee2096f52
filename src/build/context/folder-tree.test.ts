import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseIgnoreFile } from '../../dockerfile/ignore-file.ts'
import { digestOf } from '../../image/digest.ts'
import { readAll } from '../../std/bytes.ts'
import { createJob, systemClock } from '../../std/job.ts'
import { encodePathText } from '../../std/path-text.ts'
import { setXattr } from '../../std/syscalls-files.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'
import { folderTree } from './folder-tree.ts'

const job = createJob()

async function open(path: string, ignoreFile = '', hashCacheDirectory?: string, by = job): Promise<SourceTree> {
  const { patterns } = parseIgnoreFile(ignoreFile)
  return await folderTree(path, { patterns, title: 'the build context', hashCacheDirectory }, by)
}

async function find(tree: SourceTree, path: string, followLast = true): Promise<SourceEntry> {
  const entry = await tree.lookup(path, { followLast }, job)
  assert(entry !== undefined, `${path} is not there`)
  return entry
}

async function text(tree: SourceTree, entry: SourceEntry): Promise<string> {
  return Buffer.from(await readAll(tree.open(entry, job), 1e9)).toString()
}

/** Does work without the rights of root. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

async function names(tree: SourceTree, path: string): Promise<readonly string[]> {
  return (await tree.children(await find(tree, path), job)).map((entry) => entry.path)
}

describe('nothing outside of the context is read:', () => {
  test('a link that leads outside leads to nothing', async () => {
    await using folder = await temporaryDirectory()
    mkdirSync(join(folder.path, 'in'))
    writeFileSync(join(folder.path, 'secret'), 'secret')
    for (const [name, target] of [
      ['absolute', join(folder.path, 'secret')],
      ['relative', '../secret'],
      ['folder', '..'],
    ] as const) {
      symlinkSync(target, join(folder.path, 'in', name))
    }
    await using tree = await open(join(folder.path, 'in'))
    for (const path of ['/absolute', '/relative', '/folder/secret', '/../secret']) {
      assert.equal(await tree.lookup(path, { followLast: true }, job), undefined, path)
    }
    assert.equal((await find(tree, '/folder')).path, '/')
  })

  test('an absolute link begins at the context', async () => {
    await using folder = await temporaryDirectory()
    writeFileSync(join(folder.path, 'a'), 'A')
    symlinkSync('/a', join(folder.path, 'l'))
    await using tree = await open(folder.path)
    assert.equal(await text(tree, await find(tree, '/l')), 'A')
  })

  test('a file that is swapped for a link while it is copied is not followed', async () => {
    await using folder = await temporaryDirectory()
    const context = join(folder.path, 'in')
    mkdirSync(context)
    for (const place of [join(context, 'a'), join(folder.path, 'secret')]) writeFileSync(place, 'equal')
    await using tree = await open(context)
    const entry = await find(tree, '/a')
    rmSync(join(context, 'a'))
    symlinkSync('../secret', join(context, 'a'))
    await assert.rejects(text(tree, entry), { code: 'context-changed' })
    await assert.rejects(tree.digest(entry, job), { code: 'context-changed' })
  })

  test('a folder that is swapped for a link while it is copied is not followed', async () => {
    await using folder = await temporaryDirectory()
    const context = join(folder.path, 'in')
    for (const place of [join(context, 'd'), join(folder.path, 'outside')]) {
      mkdirSync(join(place, 'e'), { recursive: true })
      writeFileSync(join(place, 'a'), 'equal')
    }
    await using tree = await open(context)
    const [directory, file] = [await find(tree, '/d/e'), await find(tree, '/d/a')]
    renameSync(join(context, 'd'), join(context, 'old'))
    symlinkSync('../outside', join(context, 'd'))
    await assert.rejects(tree.children(directory, job), { code: 'context-changed' })
    await assert.rejects(text(tree, file), { code: 'context-changed' })
    await assert.rejects(tree.lookup('/d/e/x', { followLast: true }, job), { code: 'context-changed' })
  })

  test('another file of the same size and time in its place is not taken', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a')
    writeFileSync(path, 'old')
    await using tree = await open(folder.path)
    const entry = await find(tree, '/a')
    writeFileSync(`${path}.new`, 'new')
    const { atime, mtime } = statSync(path)
    utimesSync(`${path}.new`, atime, mtime)
    renameSync(`${path}.new`, path)
    await assert.rejects(text(tree, entry), { code: 'context-changed' })
  })

  test('a large file that changes while it is read is an error', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a')
    writeFileSync(path, Buffer.alloc(4_000_000))
    await using tree = await open(folder.path)
    const entry = await find(tree, '/a')
    await assert.rejects(
      async () => {
        for await (const chunk of tree.open(entry, job)) {
          if (chunk.length > 0) await truncate(path, 1000)
        }
      },
      { code: 'context-changed' },
    )
  })
})

describe('what is in a folder:', () => {
  test('modes, sizes, times to the nanosecond; everything belongs to root', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a')
    writeFileSync(path, 'abc')
    chmodSync(path, 0o4751)
    spawnSync('touch', ['-d', '2001-02-03T04:05:06.123456789Z', path])
    await using tree = await open(folder.path)
    const { mode, uid, gid, sizeBytes, modified } = await find(tree, '/a')
    assert.deepEqual({ mode, uid, gid, sizeBytes }, { mode: 0o4751, uid: 0, gid: 0, sizeBytes: 3 })
    assert.deepEqual(modified, { seconds: 981_173_106, nanoseconds: 123_456_789 })
  })

  test('names of one file have one inode', async () => {
    await using folder = await temporaryDirectory()
    writeFileSync(join(folder.path, 'a'), '')
    writeFileSync(join(folder.path, 'c'), '')
    linkSync(join(folder.path, 'a'), join(folder.path, 'b'))
    await using tree = await open(folder.path)
    const [a, b, c] = await tree.children(await find(tree, '/'), job)
    assert.equal(a?.inode, b?.inode)
    assert.notEqual(a?.inode, c?.inode)
  })

  test('a named pipe is one, and a socket is an empty file, as in BuildKit', async () => {
    await using folder = await temporaryDirectory()
    spawnSync('mkfifo', [join(folder.path, 'pipe')])
    const server = createServer().listen(join(folder.path, 'socket'))
    try {
      await using tree = await open(folder.path)
      assert.equal((await find(tree, '/pipe')).kind, 'fifo')
      const socket = await find(tree, '/socket')
      assert.deepEqual([socket.kind, await text(tree, socket)], ['file', ''])
      assert.equal(await tree.digest(socket, job), digestOf(new Uint8Array(0)))
    } finally {
      server.close()
    }
  })

  test('names that are no UTF-8 are kept, and files of such names read', async () => {
    await using folder = await temporaryDirectory()
    const name = 'a\udcff\u00e9\udc80'
    writeFileSync(Buffer.from(encodePathText(join(folder.path, name))), 'odd')
    writeFileSync(join(folder.path, 'b\ufffd'), 'even')
    await using tree = await open(folder.path)
    assert.deepEqual(await names(tree, '/'), [`/${name}`, '/b\ufffd'])
    assert.equal(await text(tree, await find(tree, `/${name}`)), 'odd')
    assert.equal(await text(tree, await find(tree, '/b\ufffd')), 'even')
  })

  test('extended attributes of this machine do not count', async (context) => {
    await using folder = await temporaryDirectory()
    writeFileSync(join(folder.path, 'a'), '')
    try {
      setXattr(join(folder.path, 'a'), 'user.note', Buffer.from('x'))
    } catch {
      context.skip('this file system has no extended attributes')
      return
    }
    await using tree = await open(folder.path)
    assert.equal((await find(tree, '/a')).xattrs.size, 0)
  })

  test('a folder that nobody may read is told, with what to do', async () => {
    await using folder = await temporaryDirectory()
    chmodSync(folder.path, 0o755)
    mkdirSync(join(folder.path, 'd'), { mode: 0 })
    await asNobody(async () => {
      await using tree = await open(folder.path)
      const unreadable = { code: 'context-unreadable', message: /\/d .*permission/, hint: /\.dockerignore/ }
      await assert.rejects(names(tree, '/d'), unreadable)
      await using without = await open(folder.path, 'd\n')
      assert.deepEqual(await names(without, '/'), [])
    })
    chmodSync(join(folder.path, 'd'), 0o700)
  })

  test('a folder that is none is refused', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'a'), '')
    await assert.rejects(open(join(folder.path, 'a')), { code: 'context-unreadable' })
    await assert.rejects(open(join(folder.path, 'none')), { code: 'context-unreadable' })
  })
})

describe('.dockerignore:', () => {
  test('a folder is there for what an exception takes in it, and for nothing else', async () => {
    await using folder = await temporaryDirectory()
    for (const path of ['a/b', 'c/d', 'e']) {
      mkdirSync(join(folder.path, path), { recursive: true })
      writeFileSync(join(folder.path, path, 'f'), '')
    }
    await using tree = await open(folder.path, '*\n!a/b/f\n!none/x\n')
    assert.deepEqual(await names(tree, '/'), ['/a'])
    assert.deepEqual(await names(tree, '/a'), ['/a/b'])
    assert.equal(await tree.lookup('/c/d/f', { followLast: true }, job), undefined)
    assert.equal(tree.ignoringPattern('/c/d/f'), '*')
    assert.equal(tree.ignoringPattern('/a/b/f'), undefined)
  })

  test('a link is not followed to what is left out', async () => {
    await using folder = await temporaryDirectory()
    writeFileSync(join(folder.path, 'secret'), '')
    symlinkSync('secret', join(folder.path, 'l'))
    await using tree = await open(folder.path, 'secret\n')
    assert.equal(await tree.lookup('/l', { followLast: true }, job), undefined)
    assert.equal((await find(tree, '/l', false)).kind, 'symbolic-link')
  })
})

describe('hashes that are kept', () => {
  const longAgo = new Date('2020-01-01')
  /** For whom what is written now was written a while ago. */
  const laterJob = createJob({ clock: { ...systemClock, now: () => Date.now() + 10_000 } })

  async function keptFiles(cache: string): Promise<readonly string[]> {
    return (await readdir(cache)).filter((name) => name.endsWith('.hashes'))
  }

  test('are used while nothing changes, and not after a change', async () => {
    await using folder = await temporaryDirectory()
    await using cache = await temporaryDirectory()
    writeFileSync(join(folder.path, 'a'), 'one')
    const digestNow = async (): Promise<string> => {
      await using tree = await open(folder.path, '', cache.path, laterJob)
      return await tree.digest(await find(tree, '/a'), job)
    }
    assert.equal(await digestNow(), digestOf(Buffer.from('one')))
    assert.equal((await keptFiles(cache.path)).length, 1)
    assert.equal(await digestNow(), digestOf(Buffer.from('one')))
    writeFileSync(join(folder.path, 'a'), 'two')
    utimesSync(join(folder.path, 'a'), longAgo, longAgo)
    assert.equal(await digestNow(), digestOf(Buffer.from('two')))
  })

  test('do not hold a file that changed a moment ago', async () => {
    await using folder = await temporaryDirectory()
    await using cache = await temporaryDirectory()
    writeFileSync(join(folder.path, 'a'), 'one')
    await using tree = await open(folder.path, '', cache.path)
    await tree.digest(await find(tree, '/a'), job)
    await tree[Symbol.asyncDispose]()
    assert.deepEqual(await keptFiles(cache.path), [])
  })

  test('of one tree stay when another one of the same folder keeps its own', async () => {
    await using folder = await temporaryDirectory()
    await using cache = await temporaryDirectory()
    for (const name of ['a', 'b']) writeFileSync(join(folder.path, name), name)
    const first = await open(folder.path, '', cache.path, laterJob)
    const second = await open(folder.path, '', cache.path, laterJob)
    await first.digest(await find(first, '/a'), job)
    await second.digest(await find(second, '/b'), job)
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
    await using third = await open(folder.path, '', cache.path, laterJob)
    for (const name of ['a', 'b']) {
      assert.equal(third.knownDigest(await find(third, `/${name}`)), digestOf(Buffer.from(name)))
    }
  })

  test('count as none when they are damaged', async () => {
    await using folder = await temporaryDirectory()
    await using cache = await temporaryDirectory()
    writeFileSync(join(folder.path, 'a'), 'one')
    {
      await using tree = await open(folder.path, '', cache.path, laterJob)
      await tree.digest(await find(tree, '/a'), job)
    }
    const [name = ''] = await keptFiles(cache.path)
    const bytes = await readFile(join(cache.path, name))
    bytes[100] = (bytes[100] ?? 0) ^ 1
    await writeFile(join(cache.path, name), bytes)
    await using tree = await open(folder.path, '', cache.path)
    assert.equal(await tree.digest(await find(tree, '/a'), job), digestOf(Buffer.from('one')))
  })
})

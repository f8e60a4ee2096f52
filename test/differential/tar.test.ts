import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TarContent, TarEntry } from '../../src/archive/tar-entry.ts'
import { expandSparse, readTar } from '../../src/archive/tar-reader.ts'
import { writeTar } from '../../src/archive/tar-writer.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { skipUnlessRoot, startPodman } from '../support/engines.ts'
import { pathBytes, walkFolder, type WalkedEntry } from '../support/folder-walk.ts'
import { makeOddFolder, writeSparseFile, type Oddity } from '../support/odd-folder.ts'

const job = createJob()
const environment = { ...process.env, LC_ALL: 'C.UTF-8' }
const skip = skipUnlessRoot('tar', 'bsdtar', 'getfattr', 'setfattr', 'mknod', 'mkfifo')

function archive(folder: string, command: string): Buffer {
  const [program = '', ...options] = command.split(' ')
  return execFileSync(program, ['-c', ...options, '-f', '-', '-C', folder, '.'], {
    env: environment,
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** What an archive holds, as a walk of its unpacked folder would tell it. Inodes are those of the walk it is compared with. */
async function walkArchive(
  archive: Uint8Array,
  expected: ReadonlyMap<string, WalkedEntry>,
): Promise<Map<string, WalkedEntry>> {
  const found = new Map<string, WalkedEntry>()
  for await (const member of readTar(byteStream(archive), job)) {
    const { entry, body } = expandSparse(member)
    const path = withoutDot(entry.path)
    if (path === '') continue
    const inode = expected.get(path)?.inode ?? -1n
    const target = entry.kind === 'hard-link' ? found.get(withoutDot(entry.linkTarget)) : undefined
    if (entry.kind === 'hard-link') {
      assert.ok(target !== undefined, `${path} links to nothing that came before`)
      assert.equal(target.inode, inode, `${path} is the same file as ${entry.linkTarget}`)
    }
    found.set(path, target ?? { ...(await walkedEntry(entry, body)), inode })
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function walkedEntry(entry: TarEntry, body: AsyncIterable<Uint8Array>): Promise<Omit<WalkedEntry, 'inode'>> {
  assert.notEqual(entry.kind, 'hard-link')
  const { kind, uid, gid, sizeBytes, linkTarget, deviceMajor, deviceMinor } = entry
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return {
    kind: kind === 'hard-link' ? 'file' : kind,
    mode: entry.mode,
    ...{ uid, gid, sizeBytes, linkTarget, deviceMajor, deviceMinor },
    seconds: entry.modified.seconds,
    nanoseconds: entry.modified.nanoseconds,
    xattrs: [...entry.xattrs]
      .map(([name, value]) => [name, Buffer.from(value).toString('hex')] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    sha256: kind === 'file' ? hash.digest('hex') : '',
  }
}

function withoutDot(path: string): string {
  return path.replace(/^\.\//, '').replace(/\/$/, '')
}

const sortedByPath = (walk: ReadonlyMap<string, WalkedEntry>): Map<string, WalkedEntry> =>
  new Map([...walk].toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** A walk less what GNU's own format cannot hold. */
function withoutPax(walk: ReadonlyMap<string, WalkedEntry>): Map<string, WalkedEntry> {
  return new Map([...walk].map(([path, entry]) => [path, { ...entry, nanoseconds: 0, xattrs: [] }]))
}

const gnuXattrs = ['--xattrs', '--xattrs-include=*']
const writers: readonly (readonly [command: string, oddity: Oddity, isPax?: 'pax'])[] = [
  ['tar --format=v7', 'v7'],
  ['tar --format=ustar', 'ustar'],
  ['tar --format=oldgnu', 'all'],
  ['tar --format=gnu', 'all'],
  ['tar --format=pax --xattrs --xattrs-include=*', 'all', 'pax'],
  ['tar --format=pax --xattrs --xattrs-include=* --numeric-owner --sort=name', 'all', 'pax'],
  ['bsdtar --format=v7tar', 'v7'],
  ['bsdtar --format=ustar', 'ustar'],
  ['bsdtar --format=gnutar', 'pax'],
  ['bsdtar --format=pax', 'pax', 'pax'],
  ['bsdtar --format=paxr', 'pax'],
]

describe('tar archives of other programs are read as the folder they were made of', { skip }, () => {
  for (const [command, oddity, isPax] of writers) {
    test(command, async () => {
      await using directory = await temporaryDirectory()
      makeOddFolder(directory.path, oddity)
      const expected = walkFolder(directory.path)
      const found = await walkArchive(archive(directory.path, command), expected)
      if (isPax) assert.deepEqual(found, sortedByPath(expected))
      else assert.deepEqual(withoutPax(found), withoutPax(sortedByPath(expected)))
    })
  }

  const sparseWriters = [
    'tar --sparse --format=oldgnu',
    'tar --sparse --format=gnu',
    'tar --sparse --format=pax --sparse-version=0.0',
    'tar --sparse --format=pax --sparse-version=0.1',
    'tar --sparse --format=pax --sparse-version=1.0',
    'bsdtar --read-sparse --format=pax',
    'bsdtar --read-sparse --format=gnutar',
  ]
  for (const command of sparseWriters) {
    test(`sparse files of ${command}`, async () => {
      await using directory = await temporaryDirectory()
      const many = Array.from({ length: 60 }, (_, n) => n * 200_000)
      writeSparseFile(join(directory.path, 'some-runs'), [0, 1_000_000], 3_000_001)
      writeSparseFile(join(directory.path, 'many-runs'), many, 60 * 200_000)
      writeSparseFile(join(directory.path, 'one-hole'), [], 5_000_000)
      writeSparseFile(join(directory.path, 'ends-with-data'), [4_095_000], 4_100_000)
      writeSparseFile(join(directory.path, 'x'.repeat(120)), many, 60 * 200_000)
      const expected = walkFolder(directory.path)
      const bytes = archive(directory.path, command)
      assert.deepEqual(withoutPax(await walkArchive(bytes, expected)), withoutPax(sortedByPath(expected)))
      if (command.startsWith('tar')) assert.ok(bytes.length < 10_000_000, 'the archive has holes')
    })
  }
})

describe('tar archives that were written here are unpacked alike by other programs', { skip }, () => {
  const readers: readonly (readonly [oddity: Oddity, program: string, ...options: readonly string[]])[] = [
    ['all', 'tar', '-xp', '--numeric-owner', ...gnuXattrs, '--warning=no-timestamp', '--warning=no-unknown-keyword'],
    ['pax', 'bsdtar', '-xp', '--numeric-owner', '--xattrs'],
  ]
  for (const [oddity, program, ...options] of readers) {
    test(program, async () => {
      await using directory = await temporaryDirectory()
      const { file, walk } = await writeOddArchive(directory.path, oddity)
      const copy = join(directory.path, 'copy')
      await mkdir(copy)
      const output = execFileSync(program, [...options, '-f', file, '-C', copy], {
        env: environment,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      assert.equal(output, '', 'no complaints')
      assert.deepEqual(withFirstPaths(walkFolder(copy)), withFirstPaths(walk))
    })
  }

  test("podman, with Go's archive/tar", { skip: skipUnlessRoot('podman') }, async () => {
    await using directory = await temporaryDirectory()
    await using podman = await startPodman()
    const { file, walk } = await writeOddArchive(directory.path, 'pax')
    await podman.run('import', '--quiet', file, 'odd')
    const mounted = await podman.run('image', 'mount', 'odd')
    assert.deepEqual(withFirstPaths(walkFolder(mounted.trim())), withFirstPaths(walk))
    await podman.run('image', 'unmount', 'odd')
  })
})

async function writeOddArchive(
  folder: string,
  oddity: Oddity,
): Promise<{ readonly file: string; readonly walk: ReadonlyMap<string, WalkedEntry> }> {
  const original = join(folder, 'original')
  await mkdir(original)
  makeOddFolder(original, oddity)
  const walk = walkFolder(original)
  const file = join(folder, 'archive.tar')
  await writeFile(file, await readAll(writeTar(contentsOf(original, walk), job), 1e9))
  return { file, walk }
}

/** The walk as an archive, with every further name of a file as a hard link. */
function* contentsOf(root: string, walk: ReadonlyMap<string, WalkedEntry>): Generator<TarContent> {
  const names = new Map<bigint, string>()
  for (const [path, walked] of walk) {
    const first = names.get(walked.inode)
    const { kind, mode, uid, gid, deviceMajor, deviceMinor } = walked
    const shared = { path, mode, uid, gid, deviceMajor, deviceMinor, userName: 'nobody', groupName: 'nogroup' }
    const modified = { seconds: walked.seconds, nanoseconds: walked.nanoseconds }
    const xattrs = new Map(walked.xattrs.map(([name, value]) => [name, Buffer.from(value, 'hex')]))
    const entry: TarEntry =
      first === undefined
        ? {
            ...shared,
            kind,
            sizeBytes: walked.sizeBytes,
            linkTarget: walked.linkTarget,
            modified,
            xattrs,
            sparse: undefined,
          }
        : {
            ...shared,
            kind: 'hard-link',
            sizeBytes: 0,
            linkTarget: first,
            modified,
            xattrs: new Map(),
            sparse: undefined,
          }
    names.set(walked.inode, first ?? path)
    yield { entry, body: entry.kind === 'file' ? createReadStream(pathBytes(root, path)) : byteStream() }
  }
}

/** With the first name of each file in place of its inode number. */
function withFirstPaths(walk: ReadonlyMap<string, WalkedEntry>): unknown {
  const names = new Map<bigint, string>()
  return [...walk].map(([path, { inode, ...entry }]) => {
    if (!names.has(inode)) names.set(inode, path)
    return { ...entry, path, first: names.get(inode) }
  })
}

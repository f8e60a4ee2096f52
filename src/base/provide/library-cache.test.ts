import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { lstat, open, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { skipUnlessInstalled } from '../../../test/support/engines.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { readElfLibrary, type ElfLibrary } from '../packages/elf-library.ts'
import { compareLibraryNames, encodeLibraryCache } from './library-cache.ts'

const skip = skipUnlessInstalled('ldconfig')

interface ListedLibrary {
  readonly name: string
  readonly kind: string
  readonly path: string
}

function listCache(...options: readonly string[]): readonly ListedLibrary[] {
  const text = execFileSync('ldconfig', ['-p', ...options], { encoding: 'utf8' })
  return [...text.matchAll(/^\t(\S+) \(([^)]*)\) => (\S+)$/gm)].map(([, name = '', kind = '', path = '']) => ({
    ...{ name, kind, path },
  }))
}

async function readLibrary(path: string): Promise<ElfLibrary | undefined> {
  await using handle = await open(path)
  const { size } = await stat(path)
  return await readElfLibrary(async (at, length) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at)
    return buffer.subarray(0, bytesRead)
  }, size)
}

describe('encodeLibraryCache', () => {
  test('writes what ldconfig reads, in the same order', { skip }, async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'ld.so.cache')
    const names = [
      'libc.so.6',
      'libz.so.1',
      'libicudata.so.9',
      'libicudata.so.76',
      'ld-linux-x86-64.so.2',
      'lib2.so',
      'liba.so',
    ]
    const libraries = names.map((name) => ({ name, path: `/lib/x86_64-linux-gnu/${name}`, flags: 0x303 }))
    await writeFile(path, encodeLibraryCache(libraries))
    const listed = listCache('-C', path)
    const sorted = names.toSorted((a, b) => compareLibraryNames(b, a))
    assert.deepEqual(
      listed,
      sorted.map((name) => ({ name, kind: 'libc6,x86-64', path: `/lib/x86_64-linux-gnu/${name}` })),
    )
  })
})

describe('compareLibraryNames', () => {
  test('orders names as the machine’s own cache has them', { skip }, () => {
    const names = listCache().map(({ name }) => name)
    assert.ok(names.length > 10)
    for (const [index, name] of names.entries()) {
      const next = names[index + 1]
      if (next !== undefined) assert.ok(compareLibraryNames(name, next) >= 0, `${name} before ${next}`)
    }
  })

  test('takes numbers by their value, and letters before them', () => {
    const names = ['libx.so.1', 'libx.so', 'libx.so.2', 'libx.so.10', 'libx-2.so', 'liby.so']
    assert.deepEqual(names.toSorted(compareLibraryNames), [
      ...['libx-2.so', 'libx.so', 'libx.so.1', 'libx.so.2', 'libx.so.10', 'liby.so'],
    ])
  })
})

describe('readElfLibrary', () => {
  test('finds the names and kinds that ldconfig has for the libraries of this machine', { skip }, async () => {
    const listed = listCache().filter(({ kind }) => kind === 'libc6,x86-64')
    for (const { name, path } of listed.slice(0, 100)) {
      const library = await readLibrary(path)
      assert.equal(library?.flags, 0x303, path)
      // Links for the linker are also listed, by their own names.
      const isLink = (await lstat(path)).isSymbolicLink()
      if (!isLink || !name.endsWith('.so')) assert.equal(library?.soname ?? basename(path), name, path)
    }
  })

  test('takes nothing else for a library, however it is cut off', async () => {
    const bytes = await readFileStart(process.execPath)
    for (const length of [0, 3, 4, 51, 63, 64, 100]) {
      const part = bytes.subarray(0, length)
      const read = async (at: number, count: number): Promise<Buffer> => part.subarray(at, at + count)
      assert.equal(await readElfLibrary(read, length), undefined, String(length))
    }
    const text = Buffer.from('/* a linker script */ INPUT(-lx) '.repeat(4))
    assert.equal(await readElfLibrary(async (at, count) => text.subarray(at, at + count), text.length), undefined)
  })
})

async function readFileStart(path: string): Promise<Buffer> {
  await using handle = await open(path)
  const { buffer } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
  return buffer
}

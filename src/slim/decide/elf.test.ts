import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { madeElf } from '../../../test/support/made-elf.ts'
import { byteStream } from '../../std/bytes.ts'
import { scanElf } from './elf-strings.ts'
import { readElf, type ElfFile } from './elf.ts'
import { readLoaderCache } from './ld-cache.ts'

const execute = promisify(execFile)

function read(bytes: Buffer): Promise<ElfFile | undefined> {
  return readElf((offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)))
}

async function readFile(path: string): Promise<ElfFile | undefined> {
  await using file = await open(path)
  return await readElf(async (offset, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  })
}

describe('an ELF file', () => {
  for (const is64Bit of [true, false]) {
    for (const isBigEndian of [true, false]) {
      test(`of ${is64Bit ? 64 : 32} bits, ${isBigEndian ? 'big' : 'little'} endian, says what it needs`, async () => {
        const elf = await read(
          madeElf({
            ...{ is64Bit, isBigEndian, machine: 22, interpreter: '/lib/ld.so.1', soname: 'libme.so.2' },
            ...{ needed: ['libz.so.1', 'libc.so.6'], rpath: '$ORIGIN/../lib:/x', runpath: '/y', names: ['dlopen'] },
          }),
        )
        assert.deepEqual(
          { ...elf, names: undefined },
          {
            ...{ is64Bit, machine: 22, interpreter: '/lib/ld.so.1', isDynamic: true, soname: 'libme.so.2' },
            ...{
              needed: ['libz.so.1', 'libc.so.6'],
              rpath: ['$ORIGIN/../lib', '/x'],
              runpath: ['/y'],
              names: undefined,
            },
          },
        )
        assert.ok(elf?.names.has('dlopen') === true && !elf.names.has('dlsym'))
      })
    }
  }

  test('of this machine needs what ldd says', async () => {
    for (const path of [process.execPath, '/bin/bash', '/usr/bin/env']) {
      const { stdout } = await execute('ldd', [path])
      const elf = await readFile(path)
      assert.ok(elf !== undefined && elf.needed.length > 0)
      for (const name of [...elf.needed, elf.interpreter ?? '']) assert.ok(stdout.includes(name), `${path}: ${name}`)
    }
  })

  test('is no file of another kind, and a damaged one does no harm', async () => {
    assert.equal(await read(Buffer.from('#!/bin/sh\n')), undefined)
    const sound = madeElf({ interpreter: '/lib/ld.so', needed: ['libc.so.6'], names: ['a'] })
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.nat(255), fc.nat(sound.length), async (at, byte, length) => {
        const damaged = Buffer.from(sound)
        damaged[at] = byte
        await read(damaged)
        await read(damaged.subarray(0, length))
      }),
    )
  })
})

describe('the text of an ELF file', () => {
  const libraries = async (text: string, size = 1 << 20): Promise<readonly string[]> => {
    const bytes = Buffer.from(text)
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    )
    return [...(await scanElf(byteStream(...chunks), [])).libraries].toSorted()
  }

  test('has names of libraries', async () => {
    const text = 'x\0libz.so.1\0/usr/lib/libplugin.so\0see .sophie\0libq.so.\0a.sold\0%s.so\0'
    assert.deepEqual(await libraries(text), ['/usr/lib/libplugin.so', 'libz.so.1'])
  })

  test('is read the same in pieces of any size', async () => {
    const text = `${'x'.repeat(700)}\0libone.so.1\0${'y'.repeat(300)}\0/opt/libtwo.so\0end`
    const whole = await libraries(text)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 1100 }), async (size) => {
        const found = await libraries(text, size)
        for (const name of whole) assert.ok(found.includes(name))
      }),
    )
  })

  test('has marks, also where two pieces meet', async () => {
    const stream = byteStream(Buffer.from('\0ca-certif'), Buffer.from('icates.crt\0'))
    assert.deepEqual([...(await scanElf(stream, ['ca-certificates.crt', 'other'])).marks], ['ca-certificates.crt'])
  })
})

test('the cache of the loader names the paths of libraries', () => {
  const strings = 'libz.so.1\0/usr/lib/libz.so.1\0/opt/libz.so.1\0'
  const header = Buffer.alloc(48)
  header.write('glibc-ld.so.cache1.1')
  header.writeUInt32LE(2, 20)
  const start = 48 + 2 * 24
  const entries = [10, 29].map((value) => {
    const entry = Buffer.alloc(24)
    entry.writeUInt32LE(start + 0, 4)
    entry.writeUInt32LE(start + (value === 10 ? 10 : 29), 8)
    return entry
  })
  const cache = readLoaderCache(Buffer.concat([header, ...entries, Buffer.from(strings)]))
  assert.deepEqual([...cache], [['libz.so.1', ['/usr/lib/libz.so.1', '/opt/libz.so.1']]])
  assert.equal(readLoaderCache(Buffer.from('something else')).size, 0)
})

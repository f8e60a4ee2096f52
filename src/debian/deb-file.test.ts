import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { arOf, controlText, debOf } from '../../test/support/debian-archive.ts'
import { tarOf } from '../../test/support/image-files.ts'
import { skipUnlessInstalled } from '../../test/support/engines.ts'
import { storedXz } from '../../test/support/stored-xz.ts'
import { jobWithLimits, rawMember } from '../../test/support/raw-tar.ts'
import { ArchiveError } from '../archive/errors.ts'
import type { TarMember } from '../archive/tar-reader.ts'
import { readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { openDeb, type DebFile } from './deb-file.ts'

const job = createJob()
const noBzip2 = skipUnlessInstalled('bzip2')

async function withDeb<Result>(bytes: Uint8Array, work: (deb: DebFile) => Promise<Result>): Promise<Result> {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'a.deb')
  await writeFile(path, bytes)
  await using deb = await openDeb(path, job)
  return await work(deb)
}

async function contents(deb: DebFile): Promise<readonly string[]> {
  const found: string[] = []
  for await (const member of deb.entries(job)) found.push(await describeMember(member))
  return found
}

async function describeMember({ entry, body }: TarMember): Promise<string> {
  const text = String(Buffer.from(await readAll(body, 1e6)))
  return [entry.kind, entry.path, entry.linkTarget, text].filter((part) => part !== '').join(' ')
}

const refused = (bytes: Uint8Array, message: RegExp): Promise<void> =>
  assert.rejects(withDeb(bytes, contents), (error) => {
    assert.ok(error instanceof Error && 'code' in error && 'hint' in error, String(error))
    assert.deepEqual([error.code, message.test(error.message)], ['bad-package-file', true], error.message)
    assert.match(error.message, /a\.deb is no package that can be read/)
    return true
  })

const format: readonly [string, Uint8Array] = ['debian-binary', Buffer.from('2.0\n')]
const control = await tarOf([['./control', controlText({ name: 'a' })]])
const data = await tarOf([['./usr/bin/a', 'data']])

describe('a .deb file', () => {
  test('tells what it is, and gives its files', async () => {
    const scripts = { postinst: '#!/bin/sh\n', config: '#!/bin/sh\n', triggers: 'activate-noawait ldconfig\n' }
    const bytes = await debOf({
      name: 'a',
      fields: 'Depends: libc6\nDescription: short\n long\n',
      control: {
        ...scripts,
        conffiles: '/etc/a.conf\nremove-on-upgrade /etc/old.conf\n',
        md5sums: `${'0'.repeat(32)}  usr/bin/a b\n${'1'.repeat(32)} */usr/x\nnonsense\n`,
      },
      files: {
        './usr/bin/a b': 'one',
        'usr/lib/b': { symbolicLink: '../bin/a b' },
        './usr/lib/c': { hardLink: './usr/bin/a b' },
      },
    })
    await withDeb(bytes, async (deb) => {
      assert.equal(deb.control.stanza.fields.get('depends')?.value, 'libc6')
      assert.equal(deb.control.text, controlText({ name: 'a', fields: 'Depends: libc6\nDescription: short\n long\n' }))
      assert.deepEqual([...deb.control.scripts.keys()], ['postinst', 'config'])
      assert.deepEqual(deb.control.conffiles, [
        { path: 'etc/a.conf', isRemovedOnUpgrade: false },
        { path: 'etc/old.conf', isRemovedOnUpgrade: true },
      ])
      assert.deepEqual([...deb.control.md5Sums], [['usr/bin/a b', '0'.repeat(32)], ['/usr/x', '1'.repeat(32)]]) // prettier-ignore
      assert.equal(String(deb.control.files.get('triggers')), scripts.triggers)
      const expected = ['file usr/bin/a b one', 'symbolic-link usr/lib/b ../bin/a b', 'hard-link usr/lib/c usr/bin/a b']
      assert.deepEqual(await contents(deb), expected)
      assert.deepEqual(await contents(deb), expected, 'a second time')
    })
  })

  test('is read in each of its compressions, with members for other programs in it', async () => {
    const packings: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
      '': (bytes) => bytes,
      '.gz': (bytes) => gzipSync(bytes),
      '.xz': (bytes) => storedXz(bytes),
      '.zst': (bytes) => zstdCompressSync(bytes),
    }
    for (const [suffix, pack] of Object.entries(packings)) {
      const own = ['_gpgorigin', Buffer.from('x')] as const
      const bytes = arOf([format, own, [`control.tar${suffix}`, pack(control)], [`data.tar${suffix}`, pack(data)], own])
      assert.deepEqual(await withDeb(bytes, contents), ['file usr/bin/a data'], suffix)
    }
  })

  test('of Debian 7 and older may have its files in bzip2', { skip: noBzip2 }, async () => {
    const packed = execFileSync('bzip2', { input: data })
    const bytes = arOf([format, ['control.tar.gz', gzipSync(control)], ['data.tar.bz2', packed]])
    assert.deepEqual(await withDeb(bytes, contents), ['file usr/bin/a data'])
  })

  test('of an old or unknown kind is refused, and says why', async () => {
    const packed = ['data.tar', data] as const
    await refused(
      arOf([format, ['control.tar', control], ['data.tar.lzma', data]]),
      /data\.tar\.lzma is compressed in a way that is not read: only gzip, xz, zstd and bzip2 are/,
    )
    await refused(
      arOf([['debian-binary', Buffer.from('3.0\n')], ['control.tar', control], packed]),
      /its format is "3\.0"/,
    )
    await refused(Buffer.from('0.939000\n12\n'), /does not begin as an ar archive/)
    await refused(Buffer.alloc(0), /does not begin/)
  })

  test('with parts that are missing, doubled or in another order is refused', async () => {
    const parts = [['control.tar', control] as const, ['data.tar', data] as const]
    await refused(arOf(parts), /does not begin with debian-binary/)
    await refused(arOf([format]), /no control\.tar/)
    await refused(arOf([format, ...parts.toReversed()]), /no control\.tar where/)
    await refused(arOf([format, ...parts.slice(0, 1)]), /no data\.tar/)
    await refused(arOf([format, ...parts, ...parts.slice(1)]), /nobody knows its member data\.tar/)
  })

  test('with a control part that is none is refused', async () => {
    const refusedControl = async (tar: Uint8Array, message: RegExp): Promise<void> =>
      refused(arOf([format, ['control.tar', tar], ['data.tar', data]]), message)
    await refusedControl(await tarOf([['./postinst', 'x']]), /no file control/)
    await refusedControl(await tarOf([['./control', 'nonsense']]), /control part cannot be read/)
    await refusedControl(await tarOf([['./control', 'Package: a\n\nPackage: b\n']]), /not one paragraph/)
    await refusedControl(await tarOf([['./control', 'Package: a\n'], ['control', 'Package: b\n']]), /odd file/) // prettier-ignore
    await refusedControl(await tarOf([['./../control', 'Package: a\n']]), /odd file/)
    await refusedControl(control.subarray(0, 550), /control part cannot be read/)
    const bomb = await tarOf([['./control', 'Package: a\n'], ['./md5sums', Buffer.alloc(70_000_000)]]) // prettier-ignore
    await refused(arOf([format, ['control.tar.gz', gzipSync(bomb)], ['data.tar', data]]), /more than 67108864 bytes/)
  })

  test('whose files lead out of it is refused', async () => {
    const members = [
      rawMember({ name: '/etc/passwd' }, 'x'),
      rawMember({ name: './../etc/passwd' }, 'x'),
      rawMember({ name: 'usr/../../x' }, 'x'),
      rawMember({ name: './link', type: '1', link: '../../etc/shadow' }),
      rawMember({ name: './link', type: '1', link: '/etc/shadow' }),
      rawMember({ name: './', type: '2', link: '/etc' }),
    ]
    for (const member of members) {
      const tar = Buffer.concat([member, Buffer.alloc(1024)])
      await refused(arOf([format, ['control.tar', control], ['data.tar', tar]]), /leads out of it/)
    }
  })

  test('that is cut, damaged or without end is refused while it is read', async () => {
    const whole = await debOf({ name: 'a', files: { './usr/a': Buffer.alloc(100_000, 'abcdefg ') } })
    await refused(whole.subarray(0, whole.length - 200), /ends within its member data\.tar\.xz/)
    const damaged = Buffer.from(whole)
    damaged.fill(0x55, whole.length - 100, whole.length - 60)
    await assert.rejects(withDeb(damaged, contents), ArchiveError)
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a.deb')
    await writeFile(path, whole)
    const small = jobWithLimits({ layerBytesMax: 50_000 })
    await using deb = await openDeb(path, small)
    await assert.rejects(Array.fromAsync(deb.entries(small)), { code: 'archive-too-large' })
  })
})

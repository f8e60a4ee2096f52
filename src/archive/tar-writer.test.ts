import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { ArchiveError } from './errors.ts'
import { encodeHeader } from './tar/encode-header.ts'
import type { TarContent, TarEntry } from './tar-entry.ts'
import { writeTar } from './tar-writer.ts'
import { arbitraryContent } from './testing/arbitrary-entry.ts'
import { parseAll } from '../../test/support/raw-tar.ts'

const plain: TarEntry = {
  path: 'file',
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  userName: '',
  groupName: '',
  sizeBytes: 0,
  modified: { seconds: 0, nanoseconds: 0 },
  linkTarget: '',
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: new Map(),
  sparse: undefined,
}

const write = (contents: readonly TarContent[]): Promise<Uint8Array> =>
  readAll(writeTar(contents, createJob()), Number.POSITIVE_INFINITY)
const writeOne = (fields: Partial<TarEntry>, ...body: readonly Uint8Array[]): Promise<Uint8Array> =>
  write([{ entry: { ...plain, ...fields }, body: byteStream(...body) }])
/** The PAX records of the archive's first entry, as text. */
const paxOf = (archive: Uint8Array): string => {
  const buffer = Buffer.from(archive)
  if (buffer[156] !== 0x78) return ''
  return buffer.toString('utf8', 512, 512 + Number.parseInt(buffer.toString('latin1', 124, 135), 8))
}
const refuses = (message: RegExp, fields: Partial<TarEntry>, ...body: readonly Uint8Array[]): Promise<void> =>
  assert.rejects(writeOne(fields, ...body), (error) => {
    return error instanceof ArchiveError && error.code === 'bad-entry' && message.test(error.message)
  })

describe('writeTar', () => {
  test('writes what TarParser reads back, whatever the entries are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryContent, { maxLength: 6 }), async (contents) => {
        const archive = await write(contents.map(({ entry, data }) => ({ entry, body: byteStream(data) })))
        assert.equal(archive.length % 512, 0)
        const parsed = parseAll(archive)
        assert.deepEqual(
          parsed.map(({ entry }) => entry),
          contents.map(({ entry }) => entry),
        )
        assert.deepEqual(
          parsed.map(({ data }) => data),
          contents.map(({ data }) => Buffer.from(data)),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('gives the same bytes however bodies are cut into chunks', async () => {
    const data = Buffer.alloc(200_000, 'some text ')
    const whole = await writeOne({ sizeBytes: data.length }, data)
    const pieces = await writeOne(
      { sizeBytes: data.length },
      data.subarray(0, 7),
      data.subarray(7, 7),
      data.subarray(7),
    )
    assert.deepEqual(whole, pieces)
  })

  test('gives the bytes that it gave in earlier releases, so that digests of layers stay', async () => {
    const owner = { uid: 1000, gid: 3_000_000, userName: 'node', groupName: 'büro' }
    const exact = { seconds: 1_700_000_000, nanoseconds: 120_000_000 }
    const xattrs = new Map([['user.a', Buffer.of(1, 0, 255)]])
    const archive = await write([
      { entry: { ...plain, ...owner, path: 'app/', kind: 'directory', mode: 0o755 }, body: byteStream() },
      {
        entry: { ...plain, path: 'app/ä', sizeBytes: 3, modified: exact, xattrs },
        body: byteStream(Buffer.from('abc')),
      },
      { entry: { ...plain, path: 'x'.repeat(300), kind: 'symbolic-link', linkTarget: 'app/ä' }, body: byteStream() },
      {
        entry: { ...plain, path: 'null', kind: 'character-device', deviceMajor: 1, deviceMinor: 3 },
        body: byteStream(),
      },
    ])
    assert.equal(
      createHash('sha256').update(archive).digest('hex'),
      '96ef84b1f1293e511bbaf9676d33eed1aeb7b9e8822a27c47f7d1ed245ae6c4a',
    )
  })

  test('is plain ustar where everything fits', async () => {
    const path = `${'d'.repeat(155)}/${'n'.repeat(100)}`
    const fields = {
      path,
      uid: 0o7777777,
      userName: 'u'.repeat(31),
      modified: { seconds: 8 ** 11 - 1, nanoseconds: 0 },
    }
    const archive = await writeOne({ ...fields, kind: 'symbolic-link', linkTarget: 't'.repeat(100) })
    assert.equal(archive.length, 3 * 512)
    assert.equal(Buffer.from(archive).toString('latin1', 257, 265), 'ustar\x0000')
  })

  test('writes just the PAX records that it takes, in order', async () => {
    const pax = async (fields: Partial<TarEntry>): Promise<string> => paxOf(await writeOne(fields))
    assert.equal(await pax({ path: 'é' }), '11 path=é\n')
    assert.equal(await pax({ modified: { seconds: 1, nanoseconds: 500_000_000 } }), '13 mtime=1.5\n')
    assert.equal(await pax({ modified: { seconds: -1, nanoseconds: 750_000_000 } }), '15 mtime=-0.25\n')
    assert.equal(await pax({ modified: { seconds: -5, nanoseconds: 0 } }), '12 mtime=-5\n')
    assert.equal(await pax({ uid: 2_097_152, gid: 2_097_151 }), '15 uid=2097152\n')
    const both = new Map([
      ['user.b=', Buffer.from('2')],
      ['user.a', Buffer.from('1')],
    ])
    assert.equal(await pax({ xattrs: both }), '25 SCHILY.xattr.user.a=1\n28 SCHILY.xattr.user.b%3D=2\n')
    assert.equal(await pax({ path: 'x'.repeat(256) }), `266 path=${'x'.repeat(256)}\n`)
  })

  test('writes names that are no UTF-8 as they are: in ustar, or in PAX marked as binary', async () => {
    const short = await writeOne({ path: 'caf\udce9' })
    assert.equal(Buffer.from(short).toString('latin1', 0, 5), 'caf\xe9\0')
    const long = await writeOne({ path: `${'x'.repeat(300)}\udce9` })
    assert.match(Buffer.from(paxOf(long)).toString('latin1'), /^21 hdrcharset=BINARY\n\d+ path=x/)
  })

  test('tells a size over 8 GiB in both headers', async () => {
    const sizeBytes = 8 ** 11
    const contents = [{ entry: { ...plain, sizeBytes }, body: byteStream() }]
    await assert.rejects(readAll(writeTar(contents, createJob()), 1e6), /was to have 8589934592 bytes/)
    const header = encodeHeader({ ...plain, sizeBytes })
    assert.equal(paxOf(header), '19 size=8589934592\n')
    assert.equal(header.readBigUInt64BE(1024 + 124 + 4), BigInt(sizeBytes))
  })

  test('refuses a body that is shorter or longer than the entry says', async () => {
    await refuses(/"file" was to have 5 bytes but has only 4/, { sizeBytes: 5 }, Buffer.from('abcd'))
    await refuses(/"file" was to have 5 bytes but has more/, { sizeBytes: 5 }, Buffer.from('abcd'), Buffer.from('ef'))
  })

  test('refuses entries that no archive can hold, or that readers would take for something else', async () => {
    await refuses(/no name/, { path: '' })
    await refuses(/NUL/, { path: 'a\0b' })
    await refuses(/name of a directory/, { path: 'dir/' })
    await refuses(/without a target/, { kind: 'symbolic-link' })
    await refuses(/is no link/, { linkTarget: 'x' })
    await refuses(/is no file/, { kind: 'directory', sizeBytes: 1 })
    await refuses(/impossible name/, { xattrs: new Map([['', Buffer.of(1)]]) })
    await refuses(/mode/, { mode: 0o100644 })
    await refuses(/owner/, { uid: -1 })
    await refuses(/time/, { modified: { seconds: 0.5, nanoseconds: 0 } })
  })

  test('stops when the job is cancelled', async () => {
    const controller = new AbortController()
    const job = createJob({ signal: controller.signal })
    async function* endless(): AsyncGenerator<TarContent> {
      for (;;) yield { entry: { ...plain, sizeBytes: 65_536 }, body: byteStream(Buffer.alloc(65_536)) }
    }
    const reading = async (): Promise<void> => {
      for await (const chunk of writeTar(endless(), job)) if (chunk.length > 0) controller.abort(new Error('enough'))
    }
    await assert.rejects(reading(), /enough/)
  })
})

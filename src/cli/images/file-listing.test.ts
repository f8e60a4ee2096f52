import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FileEntry } from '../../filetree/file-entry.ts'
import { digestOf } from '../../image/digest.ts'
import { listingLines, listingToJson, modeText } from './file-listing.ts'

const file: FileEntry = {
  path: '/bin/tool',
  kind: 'file',
  mode: 0o755,
  uid: 0,
  gid: 10,
  sizeBytes: 1234,
  modified: { seconds: 1_714_564_800, nanoseconds: 0 },
  linkTarget: '',
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: new Map(),
  sparse: undefined,
  dataOffsetBytes: 512,
  storedBytes: 1234,
  digest: digestOf(Buffer.from('x')),
  inode: 1,
  layer: 0,
  diffId: digestOf(Buffer.from('layer')),
}

describe('modeText', () => {
  const cases = [
    [0o644, '-rw-r--r--'],
    [0o4755, '-rwsr-xr-x'],
    [0o4644, '-rwSr--r--'],
    [0o2755, '-rwxr-sr-x'],
    [0o1777, '-rwxrwxrwt'],
    [0o1666, '-rw-rw-rwT'],
    [0, '----------'],
  ] as const
  for (const [mode, text] of cases) test(text, () => assert.equal(modeText({ kind: 'file', mode }), text))
})

describe('listingLines', () => {
  test('are those of ls -ln, in UTC', () => {
    const link: FileEntry = {
      ...file,
      path: '/bin/\x1b[2J',
      kind: 'symbolic-link',
      mode: 0o777,
      sizeBytes: 0,
      linkTarget: 'tool',
    }
    const device: FileEntry = {
      ...file,
      path: '/dev/null',
      kind: 'character-device',
      mode: 0o666,
      deviceMajor: 1,
      deviceMinor: 3,
    }
    assert.equal(
      [...listingLines([file, link, device])].join(''),
      String.raw`-rwxr-xr-x     0    10       1234 2024-05-01 12:00 /bin/tool
lrwxrwxrwx     0    10          0 2024-05-01 12:00 /bin/\x1b[2J -> tool
crw-rw-rw-     0    10       1, 3 2024-05-01 12:00 /dev/null
`,
    )
  })

  test('leave out a time that is no date', () => {
    const [line] = listingLines([{ ...file, modified: { seconds: 1e15, nanoseconds: 0 } }])
    assert.equal(line, '-rwxr-xr-x     0    10       1234                  /bin/tool\n')
  })
})

describe('listingToJson', () => {
  test('has stable keys', () => {
    assert.deepEqual(listingToJson(file), {
      path: '/bin/tool',
      kind: 'file',
      mode: '0755',
      uid: 0,
      gid: 10,
      size: 1234,
      modified: '2024-05-01T12:00:00.000Z',
      linkTarget: null,
      digest: file.digest,
      layer: 0,
    })
  })
})

import assert from 'node:assert/strict'
import { closeSync, lstatSync, openSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodePathText } from './path-text.ts'
import { statAt } from './syscalls-stat.ts'
import { temporaryDirectory } from './temporary.ts'

test('it says what lstat says, of files, links and folders', async () => {
  await using folder = await temporaryDirectory()
  writeFileSync(join(folder.path, 'a\u00e9'), 'abc', { mode: 0o640 })
  utimesSync(join(folder.path, 'a\u00e9'), -2, -1.5)
  symlinkSync('nowhere', join(folder.path, 'l'))
  const directory = openSync(folder.path, 'r')
  try {
    for (const name of ['a\u00e9', 'l', '.']) {
      const expected = lstatSync(join(folder.path, name), { bigint: true })
      const found = statAt(directory, name)
      assert(found !== undefined)
      assert.equal(found.mode, Number(expected.mode))
      assert.equal(found.linkCount, Number(expected.nlink))
      assert.equal(found.sizeBytes, Number(expected.size))
      assert.equal(BigInt(found.inodeHigh) * 2n ** 32n + BigInt(found.inodeLow), expected.ino)
      const time = (seconds: number, nanoseconds: number): bigint =>
        BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
      assert.equal(time(found.modifiedSeconds, found.modifiedNanoseconds), expected.mtimeNs)
      assert.equal(time(found.changedSeconds, found.changedNanoseconds), expected.ctimeNs)
    }
    assert.deepEqual(statAt(directory, ''), statAt(directory, '.'))
    assert.equal(statAt(directory, 'none'), undefined)
  } finally {
    closeSync(directory)
  }
})

test('names that are no UTF-8, and long ones', async () => {
  await using folder = await temporaryDirectory()
  const name = 'a\udcff\udc80'
  writeFileSync(Buffer.from(encodePathText(join(folder.path, name))), 'abcd')
  const directory = openSync(folder.path, 'r')
  try {
    assert.equal(statAt(directory, name)?.sizeBytes, 4)
    assert.throws(() => statAt(directory, 'x'.repeat(5000)), { code: 'ENAMETOOLONG' })
  } finally {
    closeSync(directory)
  }
})

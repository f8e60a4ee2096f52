import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from '../../std/temporary.ts'
import { fileSystemMessages, openFileSystem, setFileSystemOption, unmount } from '../../std/syscalls-mount.ts'
import { mountOverlay, mountOverlayByText, OptionsTooLongError, type OverlayParts } from './mount-overlay.ts'

/** This file runs itself once more, in a process with mounts of its own. */
const isInside = process.env['WHERRY_TEST_OWN_MOUNTS'] === 'yes'

function makeParts(directory: string): OverlayParts {
  const folder = join(directory, 'commas, colons: and \\')
  for (const name of ['l/0', 'l/1', 'upper', 'work', 'rootfs']) mkdirSync(join(folder, name), { recursive: true })
  for (const number of [0, 1]) writeFileSync(join(folder, 'l', String(number), 'which'), String(number))
  return {
    folder,
    lower: ['l/1', 'l/0'],
    writable: { upper: 'upper', work: 'work' },
    target: 'rootfs',
    namespace: 'trusted',
  }
}

if (isInside) {
  const ways = { 'option by option': mountOverlay, 'by text, as before Linux 6.5': mountOverlayByText }
  for (const [name, mountParts] of Object.entries(ways)) {
    test(`an overlay is mounted ${name}`, async () => {
      await using directory = await temporaryDirectory()
      const parts = makeParts(directory.path)
      const before = process.cwd()
      mountParts(parts)
      assert.equal(process.cwd(), before)
      assert.equal(readFileSync(join(parts.folder, 'rootfs/which'), 'utf8'), '1')
      writeFileSync(join(parts.folder, 'rootfs/new'), '')
      assert.deepEqual(readdirSync(join(parts.folder, 'upper')), ['new'])
      unmount(join(parts.folder, 'rootfs'))
      mountParts({ ...parts, writable: undefined })
      assert.deepEqual(readdirSync(join(parts.folder, 'rootfs')), ['which'])
      assert.throws(() => writeFileSync(join(parts.folder, 'rootfs/new'), ''), { code: 'EROFS' })
      unmount(join(parts.folder, 'rootfs'))
    })
  }

  test('what the kernel says of a wrong option is told', () => {
    const context = openFileSystem('overlay')
    try {
      assert.throws(() => setFileSystemOption(context, 'nonsense', 'x'), { code: 'EINVAL' })
      assert.match(fileSystemMessages(context).join(), /Unknown parameter/)
    } finally {
      closeSync(context)
    }
  })

  test('options that do not fit into a page are refused', async () => {
    await using directory = await temporaryDirectory()
    const lower = Array.from({ length: 1000 }, (_, number) => `l/${number}`)
    assert.throws(() => mountOverlayByText({ ...makeParts(directory.path), lower }), OptionsTooLongError)
  })
} else {
  const mayMount = spawnSync('unshare', ['--mount', 'true']).status === 0
  test('overlays are mounted', { skip: mayMount ? false : 'mounts take root' }, () => {
    const { NODE_TEST_CONTEXT: _context, ...environment } = process.env
    const words = ['--mount', '--kill-child', process.execPath, import.meta.filename]
    const env = { ...environment, WHERRY_TEST_OWN_MOUNTS: 'yes' }
    const { status, stdout } = spawnSync('unshare', words, { env, encoding: 'utf8' })
    assert.equal(status, 0, stdout)
  })
}

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { rmdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeDirectory } from './make-directory.ts'
import { temporaryDirectory } from './temporary.ts'

describe('making a directory', () => {
  test('makes what is missing above it too, with the mode', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a/b/c')
    await makeDirectory(path, 0o700)
    for (const each of ['a', 'a/b', 'a/b/c']) assert.equal((await stat(join(folder.path, each))).mode & 0o777, 0o700)
  })

  test('is content with one that is there, also behind a link, and with others making it too', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a/b')
    await Promise.all([makeDirectory(path), makeDirectory(path), makeDirectory(join(path, 'c'))])
    await symlink(path, join(folder.path, 'link'))
    await makeDirectory(join(folder.path, 'link'))
    await makeDirectory('/')
  })

  test('fails where a file is in the way', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'file'), '')
    await symlink('nowhere', join(folder.path, 'link'))
    await assert.rejects(makeDirectory(join(folder.path, 'file')), { code: 'EEXIST' })
    await assert.rejects(makeDirectory(join(folder.path, 'link')), { code: 'EEXIST' })
    await assert.rejects(makeDirectory(join(folder.path, 'file/below')), { code: 'ENOTDIR' })
  })

  test('is content with one that somebody removes while it is looked at, and makes it', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'a')
    for (let round = 0; round < 300; round += 1) {
      const making = Promise.all([makeDirectory(path), makeDirectory(path)])
      await rmdir(path).catch(() => undefined)
      await making
    }
    await makeDirectory(path)
    await rmdir(path)
  })

  test(
    'ends where the system makes no directories',
    { skip: existsSync('/proc/self') ? false : 'no /proc' },
    async () => {
      await assert.rejects(makeDirectory('/proc/wherry/a'), { code: 'ENOENT' })
    },
  )
})

import assert from 'node:assert/strict'
import { chdir, cwd } from 'node:process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { removeTree } from './remove-tree.ts'
import { temporaryDirectory } from './temporary.ts'

describe('removeTree', () => {
  test('deletes a folder with all that is in it, and follows no link', async () => {
    await using place = await temporaryDirectory()
    const [tree, other] = [join(place.path, 'tree'), join(place.path, 'other')]
    await mkdir(join(tree, 'a/b'), { recursive: true })
    await mkdir(other)
    await writeFile(join(other, 'kept'), '')
    await symlink(other, join(tree, 'a/link'))
    await writeFile(join(tree, 'a/b/file'), '')
    await removeTree(tree)
    assert.deepEqual(await readdir(place.path), ['other'])
    assert.deepEqual(await readdir(other), ['kept'])
    await removeTree(tree)
  })

  test('deletes what has a name that is no UTF-8, and what lies deeper than the longest path', async () => {
    await using place = await temporaryDirectory()
    const tree = join(place.path, 'tree')
    await mkdir(tree)
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.of(0xff)]), '')
    const before = cwd()
    try {
      chdir(tree)
      for (let depth = 0; depth < 30; depth += 1) {
        mkdirSync('d'.repeat(200))
        chdir('d'.repeat(200))
      }
      symlinkSync('nowhere', 'link')
    } finally {
      chdir(before)
    }
    await removeTree(tree)
    assert.equal(existsSync(tree), false)
  })

  test('tells why it could not', async () => {
    await assert.rejects(removeTree('/proc/self/task'), { code: /^(?:EPERM|EACCES)$/ })
  })
})

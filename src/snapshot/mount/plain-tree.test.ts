import assert from 'node:assert/strict'
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../std/temporary.ts'
import { keepsAccessTimes } from '../open-plain-copy.ts'
import { PlainTree } from './plain-tree.ts'

async function someFiles(): Promise<TemporaryDirectory> {
  const folder = await temporaryDirectory()
  mkdirSync(join(folder.path, 'bin'))
  for (const name of ['bin/perl', 'read', 'written', 'gone', 'left']) writeFileSync(join(folder.path, name), name)
  linkSync(join(folder.path, 'bin/perl'), join(folder.path, 'bin/perl5'))
  symlinkSync('perl', join(folder.path, 'bin/link'))
  return folder
}

describe('of the files of a tree, it is told', () => {
  test('that none has changed where nobody did anything, not of one with several names either', async () => {
    await using folder = await someFiles()
    const tree = new PlainTree(folder.path)
    tree.begin()
    assert.deepEqual([...(await tree.changedPaths(createJob()))], [])
    assert.deepEqual([...(await tree.accessed(createJob()))], [])
  })

  test('which were written, made and deleted', async () => {
    await using folder = await someFiles()
    const tree = new PlainTree(folder.path)
    tree.begin()
    writeFileSync(join(folder.path, 'written'), 'x')
    writeFileSync(join(folder.path, 'bin/perl5'), 'x')
    writeFileSync(join(folder.path, 'new'), '')
    rmSync(join(folder.path, 'gone'))
    const changed = await tree.changedPaths(createJob())
    assert.deepEqual([...changed].toSorted(), ['/bin/perl', '/bin/perl5', '/gone', '/new', '/written'])
  })

  test('which were read', async (context) => {
    await using folder = await someFiles()
    mkdirSync(join(folder.path, 'try'))
    if (!keepsAccessTimes(join(folder.path, 'try')))
      return context.skip('the file system is mounted without access times')
    const tree = new PlainTree(folder.path)
    tree.begin()
    readFileSync(join(folder.path, 'read'))
    assert.deepEqual([...(await tree.accessed(createJob()))], ['/read'])
  })
})

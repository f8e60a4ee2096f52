import assert from 'node:assert/strict'
import { chmod, link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openFileTree } from '../filetree/file-tree.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { diffImages } from './diff-images.ts'
import { lookInto } from './measurable-image.ts'
import { CompareError } from './errors.ts'
import { folderImage } from './folder-image.ts'

const job = createJob()

describe('a folder as an image', () => {
  test('has its files, links and modes', async () => {
    await using place = await temporaryDirectory()
    await using cache = await temporaryDirectory()
    const folder = join(place.path, 'root')
    await mkdir(join(folder, 'bin'), { recursive: true })
    await writeFile(join(folder, 'bin/tool'), 'content')
    await chmod(join(folder, 'bin/tool'), 0o4755)
    await link(join(folder, 'bin/tool'), join(folder, 'same'))
    await symlink('bin/tool', join(folder, 'link'))
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), 'odd name')
    const image = await folderImage(folder, job)
    await using tree = await openFileTree(image, cache.path, job)
    assert.deepEqual(
      Array.from(tree.entries(), ({ path, kind, mode, sizeBytes, linkTarget }) =>
        [path, kind, kind === 'file' ? `${mode.toString(8)} ${sizeBytes}` : linkTarget].join(' ').trim(),
      ),
      [
        '/ directory',
        '/bin directory',
        '/bin/tool file 4755 7',
        '/link symbolic-link bin/tool',
        '/same file 4755 7',
        '/\udcff file 644 8',
      ],
    )
    assert.equal(tree.get('/same')?.inode, tree.get('/bin/tool')?.inode)
    const measured = await lookInto(image, tree, job)
    const { files } = diffImages(measured, measured)
    assert.equal(files.root.changes, 0)
  })

  test('that cannot be read is told', async () => {
    await using place = await temporaryDirectory()
    await assert.rejects(
      folderImage(join(place.path, 'nothing'), job),
      (error) => error instanceof CompareError && error.code === 'unreadable-folder',
    )
  })
})

import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { digestOf } from '../image/digest.ts'
import { readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { folderTree } from './context/folder-tree.ts'
import { grownTree } from './grown-tree.ts'

const job = createJob()

test('a grown tree has more at the end of one file, and all else as it is', async () => {
  await using place = await temporaryDirectory()
  await mkdir(join(place.path, 'src'))
  await writeFile(join(place.path, 'src/main.go'), 'package main\n')
  await writeFile(join(place.path, 'go.mod'), 'module app\n')
  await using tree = await folderTree(
    place.path,
    { patterns: [], title: 'the context', hashCacheDirectory: undefined },
    job,
  )
  const grown = grownTree(tree, '/src/main.go', Buffer.from('// more\n'))
  const contents: Record<string, string> = {}
  for (const folder of ['/', '/src']) {
    const directory = await grown.lookup(folder, { followLast: true }, job)
    assert(directory !== undefined)
    for (const file of await grown.children(directory, job)) {
      if (file.kind !== 'file') continue
      const content = await readAll(grown.open(file, job), 1000)
      assert.deepEqual([file.sizeBytes, await grown.digest(file, job)], [content.length, digestOf(content)])
      contents[file.path] = Buffer.from(content).toString()
    }
  }
  assert.deepEqual(contents, { '/go.mod': 'module app\n', '/src/main.go': 'package main\n// more\n' })
})

import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { openContext } from '../build/open-context.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { commentLine, findSourceFile } from './source-file.ts'

const job = createJob()

async function found(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  await using place = await temporaryDirectory()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(place.path, 'in', path)), { recursive: true })
    await writeFile(join(place.path, 'in', path), content)
  }
  const options = {
    ...{ title: 'the context', cacheDirectory: join(place.path, 'cache'), environment: {} },
    ...{ standardInput: emptyInput(), keepsGitDirectory: false, secrets: new Map(), sshAgents: new Map() },
  }
  const opened = await openContext(join(place.path, 'in'), options, job)
  assert(opened.kind === 'context')
  await using context = opened.context
  await using tree = await context.tree([], job)
  return await findSourceFile(tree, job)
}

async function* emptyInput(): AsyncGenerator<Uint8Array> {}

describe('the file that is changed', () => {
  test('is the largest source nearest to the top, and no test', async () => {
    const source = await found({
      'go.mod': 'module app\n',
      'main.go': 'package main\n',
      'server.go': 'package main // larger\n',
      'server_test.go': 'package main // a test, larger still\n',
      'pkg/more.go': 'package pkg // further down, and the largest of all\n',
    })
    assert.equal(source, '/server.go')
  })

  test('lies further down where there is none at the top, and not in what others wrote', async () => {
    const files = { 'package.json': '{}', 'node_modules/a/index.js': 'a()\n', 'src/app/main.ts': 'main()\n' }
    assert.equal(await found(files), '/src/app/main.ts')
  })

  test('is none where nothing is known to be a source', async () => {
    assert.equal(await found({ 'index.html': '<p>', Dockerfile: 'FROM scratch\n', 'empty.py': '' }), undefined)
  })

  test('gets a comment of its language', () => {
    assert.equal(Buffer.from(commentLine('/main.go', 'it')).toString(), '\n// it\n')
    assert.equal(Buffer.from(commentLine('/app.py', 'it')).toString(), '\n# it\n')
  })
})

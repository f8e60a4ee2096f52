import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { skipUnlessInstalled } from '../../test/support/engines.ts'
import { commitSeconds, startGitServer } from '../../test/support/git-server.ts'
import { startHttpServer } from '../../test/support/http-server.ts'
import { directory, file, tarOf } from '../../test/support/layers.ts'
import { byteStream } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { openContext, readContextFile, type FoundContext, type OpenContext } from './open-context.ts'

const job = createJob()

const members = [directory('d'), file('Dockerfile', 'FROM scratch\n'), file('.dockerignore', 'd\n'), file('d/a', 'A')]

/** Opens a word, with these bytes on standard input. */
async function withContext(
  word: string,
  standardInput: Uint8Array,
  work: (found: FoundContext) => Promise<void> | void,
): Promise<void> {
  await using cache = await temporaryDirectory()
  const found = await openContext(
    word,
    {
      ...{ title: 'the build context', cacheDirectory: cache.path, environment: process.env },
      ...{ secrets: new Map(), sshAgents: new Map() },
      ...{ standardInput: byteStream(standardInput), keepsGitDirectory: false },
    },
    job,
  )
  try {
    await work(found)
  } finally {
    if (found.kind === 'context') await found.context[Symbol.asyncDispose]()
  }
}

function asContext(found: FoundContext): OpenContext {
  assert(found.kind === 'context', 'it is a Dockerfile')
  return found.context
}

async function text(context: OpenContext, path: string): Promise<string | undefined> {
  const bytes = await readContextFile(path, await context.tree([], job), job)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}

const none = new Uint8Array(0)

describe('a context is', () => {
  test('a folder', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'Dockerfile'), 'FROM scratch\n')
    await symlink('/etc/passwd', join(folder.path, 'out'))
    await withContext(folder.path, none, async (found) => {
      const context = asContext(found)
      assert.equal(context.folder, folder.path)
      assert.equal(await text(context, 'Dockerfile'), 'FROM scratch\n')
      assert.equal(await text(context, 'out'), undefined)
    })
  })

  for (const [name, pack] of [
    ['a tar', (tar: Uint8Array) => tar],
    ['a compressed tar', gzipSync],
  ] as const) {
    test(`${name} on standard input`, async () => {
      await withContext('-', pack(await tarOf(members)), async (found) => {
        const context = asContext(found)
        assert.equal(await text(context, '/Dockerfile'), 'FROM scratch\n')
        const tree = await context.tree([{ pattern: 'd', isException: false }], job)
        assert.equal(await tree.lookup('/d/a', { followLast: true }, job), undefined)
        assert.equal(tree.ignoringPattern('/d/a'), 'd')
      })
    })

    test(`${name} by its path`, async () => {
      await using folder = await temporaryDirectory()
      const path = join(folder.path, 'context.tar')
      await writeFile(path, pack(await tarOf(members)))
      await withContext(path, none, async (found) => assert.equal(await text(asContext(found), 'd/a'), 'A'))
    })

    test(`${name} behind a URL`, async () => {
      const body = pack(await tarOf(members))
      await using server = await startHttpServer((_, response) => response.end(body))
      await withContext(`http://${server.host}/context`, none, async (found) => {
        const context = asContext(found)
        assert.equal(await text(context, 'd/a'), 'A')
        assert.equal(context.material?.uri, `http://${server.host}/context`)
      })
    })
  }

  test('a git repository', { skip: skipUnlessInstalled('git') }, async () => {
    await using server = await startGitServer()
    const commit = server.commit({ 'app/Dockerfile': 'FROM scratch\n' })
    await withContext(`${server.url}#main:app`, none, async (found) => {
      const context = asContext(found)
      assert.equal(await text(context, 'Dockerfile'), 'FROM scratch\n')
      assert.equal(context.commitSeconds, commitSeconds)
      assert.deepEqual(context.material, { uri: server.url, digest: { gitCommit: commit } })
    })
  })
})

describe('a Dockerfile alone is', () => {
  test('what is on standard input and is no tar', () =>
    withContext('-', Buffer.from('FROM scratch\n'), (found) => {
      assert(found.kind === 'dockerfile')
      assert.equal(Buffer.from(found.content).toString(), 'FROM scratch\n')
    }))

  test('what is behind a URL and is no tar', async () => {
    await using server = await startHttpServer((_, response) => response.end('FROM scratch\n'))
    await withContext(`http://${server.host}/Dockerfile`, none, (found) => assert.equal(found.kind, 'dockerfile'))
  })
})

describe('it is refused:', () => {
  test('what is not there', () =>
    assert.rejects(
      withContext('./none', none, () => undefined),
      { code: 'bad-build-option' },
    ))

  test('a file that is no tar', async () => {
    await using folder = await temporaryDirectory()
    await mkdir(join(folder.path, 'd'))
    await writeFile(join(folder.path, 'd/Dockerfile'), 'FROM scratch\n')
    await assert.rejects(
      withContext(join(folder.path, 'd/Dockerfile'), none, () => undefined),
      {
        code: 'bad-build-option',
        hint: /--file/,
      },
    )
  })
})

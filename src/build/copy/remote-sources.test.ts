import assert from 'node:assert/strict'
import { cpSync, existsSync, symlinkSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { skipUnlessInstalled } from '../../../test/support/engines.ts'
import { startGitServer } from '../../../test/support/git-server.ts'
import { startHttpServer } from '../../../test/support/http-server.ts'
import { copyRequest, latestSeconds, withCopy, type CopyResult } from '../testing/copies.ts'
import { file, tarOf } from '../../../test/support/layers.ts'
import { digestOf } from '../../image/digest.ts'
import { byteStream } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { singleFileTree } from '../context/small-tree.ts'
import type { CopyRequest } from './copy-request.ts'
import { selectSources } from './select-sources.ts'

const job = createJob()

const nothing = { name: 'a', mode: 0o644, sizeBytes: 0, modified: { seconds: 0, nanoseconds: 0 } }
const emptyContext = singleFileTree(
  { ...nothing, digest: digestOf(new Uint8Array(0)), open: () => byteStream() },
  'the build context',
)

/** ADDs what a source names to `/x/`. */
async function added(
  source: string,
  parts: Partial<CopyRequest>,
  work: (result: CopyResult) => Promise<void> | void,
): Promise<void> {
  const request = copyRequest({ kind: 'add', sources: [source], destination: '/x/', ...parts })
  await withCopy(emptyContext, request, [], work)
}

describe('ADD of a URL:', () => {
  const serve =
    (body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(200, headers).end(body)

  test('a file of mode 600, with the name of the path and the time of Last-Modified', async () => {
    await using server = await startHttpServer(serve('hello', { 'last-modified': 'Sat, 01 Jan 2000 00:00:00 GMT' }))
    await added(`http://${server.host}/a/some%20file?x=/y`, {}, async ({ at, entryOf }) => {
      assert.equal(await at('/x/some file'), 'file 600 0:0 hello')
      assert.deepEqual(entryOf('x/some file')?.modified, { seconds: 946_684_800, nanoseconds: 0 })
    })
  })

  test('without Last-Modified it is of 1970; without a name it has the one of BuildKit', async () => {
    await using server = await startHttpServer(serve('hello'))
    await added(`http://${server.host}/`, {}, ({ entryOf }) => {
      assert.deepEqual(entryOf('x/__unnamed__')?.modified, { seconds: 0, nanoseconds: 0 })
    })
  })

  test('an archive is unpacked only where that is asked for', async () => {
    await using server = await startHttpServer(serve(await tarOf([file('a')])))
    await added(`http://${server.host}/a.tar`, {}, ({ paths }) => assert.deepEqual(paths, ['x/', 'x/a.tar']))
    await added(`http://${server.host}/a.tar`, { unpack: true }, ({ paths }) => assert.deepEqual(paths, ['x/', 'x/a']))
  })

  test('redirects are followed', async () => {
    await using server = await startHttpServer((request, response) => {
      if (request.url === '/b') response.end('B')
      else response.writeHead(302, { location: '/b' }).end()
    })
    await added(`http://${server.host}/a`, {}, async ({ at }) => assert.equal(await at('/x/a'), 'file 600 0:0 B'))
  })

  test('an error of the server is told', async () => {
    await using server = await startHttpServer((_, response) => response.writeHead(404).end())
    await assert.rejects(
      added(`http://me:secret@${server.host}/a`, {}, () => undefined),
      (error: Error) => error.message.includes('404 Not Found') && !error.message.includes('secret'),
    )
  })

  test('a body that is cut off is refused', async () => {
    await using server = await startHttpServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setImmediate(() => response.destroy())
    })
    await assert.rejects(
      added(`http://${server.host}/a`, {}, () => undefined),
      { code: 'fetch-failed' },
    )
  })

  test('--checksum is checked, and one that is known needs no server', async () => {
    await using scratch = await temporaryDirectory()
    const checksum = digestOf(Buffer.from('hello'))
    let url = ''
    const select = async (parts: Partial<CopyRequest>): Promise<string> => {
      const request = copyRequest({ kind: 'add', sources: [url], destination: '/x', ...parts })
      await using selection = await selectSources(request, emptyContext, { cacheDirectory: scratch.path }, job)
      return selection.digest
    }
    {
      await using server = await startHttpServer(serve('hello'))
      url = `http://${server.host}/a`
      const other = digestOf(Buffer.from('other'))
      await assert.rejects(select({ checksum: other }), { code: 'checksum-mismatch', message: new RegExp(checksum) })
      await select({ checksum })
    }
    await select({ checksum })
    await assert.rejects(select({}), { code: 'fetch-failed' })
  })

  test('what has not changed is not sent again', async () => {
    await using scratch = await temporaryDirectory()
    const asked: (string | undefined)[] = []
    await using server = await startHttpServer((request, response) => {
      asked.push(request.headers['if-none-match'])
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end()
      else response.writeHead(200, { etag: '"1"' }).end('hello')
    })
    const request = copyRequest({ kind: 'add', sources: [`http://${server.host}/a`], destination: '/x' })
    const digests = new Set<string>()
    for (let turn = 0; turn < 2; turn += 1) {
      await using selection = await selectSources(request, emptyContext, { cacheDirectory: scratch.path }, job)
      digests.add(selection.digest)
    }
    assert.deepEqual(asked, [undefined, '"1"'])
    assert.equal(digests.size, 1)
  })

  test('COPY of a URL, and a checksum for anything but one of them, are refused', async () => {
    const refused = { code: 'bad-build-option' }
    const url = 'http://127.0.0.1:1/a'
    const sources = [url, url]
    await assert.rejects(
      added(url, { kind: 'copy' }, () => undefined),
      refused,
    )
    await assert.rejects(
      added('a', { checksum: 'sha256:0' }, () => undefined),
      refused,
    )
    await assert.rejects(
      added(url, { sources, checksum: 'sha256:0' }, () => undefined),
      refused,
    )
    await assert.rejects(
      added(url, { checksum: 'sha256:0' }, () => undefined),
      refused,
    )
  })
})

describe('ADD of a git repository:', { skip: skipUnlessInstalled('git') }, () => {
  test('its files, without .git and with the date of the build at most', async () => {
    await using server = await startGitServer()
    server.commit({ a: 'A', 'd/b': 'B' })
    await added(server.url, {}, async ({ paths, at, entryOf }) => {
      assert.deepEqual(paths, ['x/', 'x/a', 'x/d/', 'x/d/b'])
      assert.deepEqual([await at('/x/a'), await at('/x/d')], ['file 644 0:0 A', 'directory 755 0:0'])
      assert.equal(entryOf('x/a')?.modified.seconds, latestSeconds)
    })
  })

  test('--keep-git-dir keeps it', async () => {
    await using server = await startGitServer()
    server.commit({ a: 'A' })
    await added(server.url, { keepGitDirectory: true }, ({ paths }) => assert.ok(paths.includes('x/.git/HEAD')))
  })

  test('--keep-git-dir keeps what was fetched under its name, where it came from, and no time', async () => {
    await using server = await startGitServer()
    const commit = server.commit({ a: 'A' })
    server.git('tag', '--annotate', '--message', 'first', 'v1')
    const tag = server.git('rev-parse', 'v1')
    for (const [ref, path, expected] of [
      ['', 'heads/main', commit],
      ['#main', 'heads/main', commit],
      ['#v1', 'tags/v1', tag],
      ['#refs/tags/v1', 'tags/v1', tag],
      [`#${commit}`, 'heads', undefined],
    ] as const) {
      const seen: (readonly [readonly string[], string])[] = []
      for (let time = 0; time < 2; time += 1) {
        await added(`${server.url}${ref}`, { keepGitDirectory: true }, async ({ paths, at }) => {
          if (expected !== undefined) assert.equal(await at(`/x/.git/refs/${path}`), `file 644 0:0 ${expected}\n`)
          assert.ok(paths.every((each) => !/FETCH_HEAD|\.git\/logs/.test(each)))
          assert.match(String(await at('/x/.git/config')), /url = git:/)
          seen.push([paths, String(await at('/x/.git/index'))])
        })
      }
      assert.deepEqual(seen[0], seen[1])
    }
  })

  test('submodules may be beside it', async () => {
    await using server = await startGitServer()
    server.commit({ a: 'A' })
    cpSync(server.folder, join(server.folder, '../library.git'), { recursive: true })
    server.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../library.git', 'sub')
    server.commit({})
    await added(server.url, {}, ({ paths }) => assert.ok(paths.includes('x/sub/a')))
  })

  test('a branch, a tag, a commit, and a folder of it', async () => {
    await using server = await startGitServer()
    const first = server.commit({ 'd/a': '1' })
    server.git('tag', 'v1')
    server.git('checkout', '--quiet', '-b', 'other')
    server.commit({ 'd/a': '2' })
    server.git('checkout', '--quiet', 'main')
    server.commit({ 'd/a': '3' })
    for (const [ref, expected] of [
      ['', '3'],
      ['v1', '1'],
      ['other', '2'],
      [first, '1'],
      ['?branch=other', '2'],
    ] as const) {
      const url = ref.startsWith('?') ? `${server.url}${ref}&subdir=d` : `${server.url}#${ref}:d`
      await added(url, {}, async ({ at }) => assert.equal(await at('/x/a'), `file 644 0:0 ${expected}`, ref))
    }
  })

  test('--checksum is the commit', async () => {
    await using server = await startGitServer()
    const commit = server.commit({ a: 'A' })
    await added(server.url, { checksum: commit }, ({ paths }) => assert.ok(paths.includes('x/a')))
    await assert.rejects(
      added(server.url, { checksum: '0'.repeat(40) }, () => undefined),
      { code: 'checksum-mismatch', message: new RegExp(commit) },
    )
  })

  test('a ref or a folder that is not there is told', async () => {
    await using server = await startGitServer()
    server.commit({ a: 'A' })
    await assert.rejects(
      added(`${server.url}#none`, {}, () => undefined),
      { code: 'fetch-failed', message: /none/ },
    )
    await assert.rejects(
      added(`${server.url}#:none`, {}, () => undefined),
      { code: 'source-not-found' },
    )
  })

  test('a folder that is a link out of the repository is none', async () => {
    await using server = await startGitServer()
    symlinkSync('/etc', `${server.folder}/out`)
    server.commit({})
    await assert.rejects(
      added(`${server.url}#:out`, {}, () => undefined),
      { code: 'source-not-found' },
    )
  })

  test('what the repository says about hooks, filters and submodules on this machine runs nothing', async () => {
    await using server = await startGitServer()
    await using witness = await temporaryDirectory()
    const place = `${witness.path}/ran`
    server.git('config', 'filter.evil.smudge', `touch ${place}`)
    server.commit({
      '.gitattributes': '* filter=evil\n',
      '.gitmodules': `[submodule "s"]\n\tpath = s\n\turl = ${server.folder}\n\tupdate = !touch ${place}\n`,
      '.githooks/post-checkout': `#!/bin/sh\ntouch ${place}\n`,
    })
    await added(server.url, {}, ({ paths }) => assert.ok(paths.includes('x/.gitmodules'))).catch((error: unknown) => {
      assert.match(String(error), /update/)
    })
    assert.equal(existsSync(place), false)
  })

  test('submodules of allowed protocols are fetched, those of this machine are not', async () => {
    await using library = await startGitServer()
    library.commit({ lib: 'L' })
    await using server = await startGitServer()
    server.git('submodule', '--quiet', 'add', library.url, 'sub')
    server.commit({})
    await added(server.url, {}, ({ paths }) => assert.deepEqual(paths, ['x/', 'x/.gitmodules', 'x/sub/', 'x/sub/lib']))
    await added(`${server.url}?submodules=0`, {}, ({ paths }) => assert.ok(!paths.includes('x/sub/lib')))
    server.git('config', '--file', '.gitmodules', 'submodule.sub.url', library.folder)
    server.commit({})
    await assert.rejects(
      added(server.url, {}, () => undefined),
      { code: 'fetch-failed' },
    )
  })
})

import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { copyRequest, withCopy } from '../testing/copies.ts'
import { parseIgnoreFile } from '../../dockerfile/ignore-file.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { folderTree } from '../context/folder-tree.ts'
import type { SourceTree } from '../source-tree.ts'
import type { CopyRequest } from './copy-request.ts'
import { selectSources } from './select-sources.ts'

const job = createJob()

/** Makes a folder with these files (a name with a slash at its end is a folder, `a -> b` a link) and opens it. */
async function withContext(
  names: readonly string[],
  work: (tree: SourceTree, folder: string) => Promise<void>,
  ignoreFile = '',
): Promise<void> {
  await using folder = await temporaryDirectory()
  for (const name of names) {
    const [path = '', target] = name.split(' -> ')
    const place = join(folder.path, path)
    await mkdir(name.endsWith('/') ? place : dirname(place), { recursive: true })
    if (target !== undefined) await symlink(target, place)
    else if (!name.endsWith('/')) await writeFile(place, path)
  }
  const { patterns } = parseIgnoreFile(ignoreFile)
  const options = { patterns, title: 'the build context', hashCacheDirectory: undefined }
  await using tree = await folderTree(folder.path, options, job)
  await work(tree, folder.path)
}

type Asked = Partial<CopyRequest> & Pick<CopyRequest, 'sources'>

/** The paths in the layer of a COPY to `/x/`, without that. */
async function taken(names: readonly string[], asked: Asked, ignoreFile = ''): Promise<readonly string[]> {
  let paths: readonly string[] = []
  await withContext(
    names,
    (tree) =>
      withCopy(tree, copyRequest({ destination: '/x/', ...asked }), [], (result) => {
        paths = result.paths.map((path) => path.replace(/^x\//, '')).filter((path) => path !== '')
      }),
    ignoreFile,
  )
  return paths
}

describe('sources:', () => {
  const names = ['a.txt', 'b.txt', 'c', 'd/a.txt', 'd/e/f.txt', 'd/e/g', 'h/e/f.txt', 'l -> d', 'd/up -> ../c']

  const cases: readonly (readonly [asked: Asked, expected: readonly string[]])[] = [
    [{ sources: ['c', 'a.txt'] }, ['a.txt', 'c']],
    [{ sources: ['d'] }, ['a.txt', 'e/', 'e/f.txt', 'e/g', 'up']],
    [{ sources: ['./d/../d/e/'] }, ['f.txt', 'g']],
    [{ sources: ['../../c'] }, ['c']],
    [{ sources: ['l'] }, ['a.txt', 'e/', 'e/f.txt', 'e/g', 'up']],
    [{ sources: ['l/e/g'] }, ['g']],
    [{ sources: ['d/up'] }, ['up']],
    [{ sources: ['*.txt'] }, ['a.txt', 'b.txt']],
    [{ sources: ['*/e'] }, ['f.txt', 'g']],
    [{ sources: ['?.txt', '[^ab]'] }, ['a.txt', 'b.txt', 'c', 'e/', 'e/f.txt', 'e/g', 'up']],
    [{ sources: ['**/*.txt'] }, ['a.txt']],
    [{ sources: ['none*'] }, []],
    [{ sources: ['a.txt', 'none*'] }, ['a.txt']],
    [{ sources: ['d/e/f.txt', 'h'], parents: true }, ['d/', 'd/e/', 'd/e/f.txt', 'h/', 'h/e/', 'h/e/f.txt']],
    [{ sources: ['*/e/f.txt'], parents: true }, ['d/', 'd/e/', 'd/e/f.txt', 'h/', 'h/e/', 'h/e/f.txt']],
    [{ sources: ['d/./e/g'], parents: true }, ['e/', 'e/g']],
    [
      { sources: ['**/*.txt'], parents: true },
      ['a.txt', 'b.txt', 'd/', 'd/a.txt', 'd/e/', 'd/e/f.txt', 'h/', 'h/e/', 'h/e/f.txt'],
    ],
    [{ sources: ['/./d/e'], parents: true }, ['d/', 'd/e/', 'd/e/f.txt', 'd/e/g']],
    [{ sources: ['/./'], parents: true, excludes: ['d', 'h', 'l'] }, ['a.txt', 'b.txt', 'c']],
    [{ sources: ['d'], excludes: ['**/*.txt'] }, ['e/', 'e/g', 'up']],
    [{ sources: ['d'], excludes: ['e', '!e/g'] }, ['a.txt', 'e/', 'e/g', 'up']],
    [{ sources: ['a.txt'], excludes: ['*.txt'] }, ['a.txt']],
    [{ sources: ['.'], excludes: ['d', 'h', 'l'] }, ['a.txt', 'b.txt', 'c']],
  ]
  for (const [asked, expected] of cases) {
    test(JSON.stringify(asked), async () => {
      assert.deepEqual(await taken(names, asked), expected)
    })
  }

  test('a name with wildcards in it is escaped as in Go', async () => {
    assert.deepEqual(await taken(['a[0].txt', 'a0.txt'], { sources: ['a[[]0].txt'] }), ['a[0].txt'])
  })

  test('what .dockerignore leaves out is not there, but for its exceptions', async () => {
    const paths = await taken(['a/b', 'a/c', 'd', 'e/f'], { sources: ['.'] }, 'a\n!a/c\ne\n')
    assert.deepEqual(paths, ['a/', 'a/c', 'd'])
  })
})

describe('a source that is not there', () => {
  const refused = (names: readonly string[], asked: Asked, expected: object, ignoreFile = ''): Promise<void> =>
    assert.rejects(taken(names, asked, ignoreFile), { code: 'source-not-found', ...expected })

  test('is told with the nearest name', () =>
    refused(
      ['src/main.ts'],
      { sources: ['src/mian.ts'] },
      { message: /\/src\/mian\.ts is not in the build context/, hint: /\/src\/main\.ts/ },
    ))

  test('is told with the line of .dockerignore that leaves it out', () =>
    refused(['dist/a.js'], { sources: ['dist/a.js'] }, { message: /"dist" of \.dockerignore/ }, '*.md\ndist/\n'))

  test('with --parents too', () => refused(['a/b'], { sources: ['a/c'], parents: true }, {}))

  test('is what a link leads to outside of the context', () =>
    refused(
      ['out -> /etc/passwd'],
      { sources: ['out'] },
      { message: /\/out is not in/, hint: /a link to \/etc\/passwd/ },
    ))

  test('with --parents is what lies behind a link', () =>
    refused(['d/f', 'l -> d'], { sources: ['l/f'], parents: true }, { message: /\/l is a link/, hint: /leads to d/ }))

  test('behind a beginning of a pattern that is not there', () => refused(['a'], { sources: ['b/*'] }, {}))
})

test('what is no pattern is refused', async () => {
  const asked: readonly Asked[] = [
    { sources: ['d/['] },
    { sources: ['[a-]*'], parents: true },
    { sources: ['d'], excludes: ['a['] },
  ]
  for (const each of asked) await assert.rejects(taken(['d/f'], each), { code: 'bad-build-option', hint: /brackets/ })
})

describe('the digest of what is copied', () => {
  /** The digest of a COPY of all of a folder with these files. */
  async function digestOfAll(names: readonly string[], asked: Asked = { sources: ['.'] }): Promise<string> {
    let digest = ''
    await withContext(names, async (tree, folder) => {
      await using selection = await selectSources(
        copyRequest({ destination: '/', ...asked }),
        tree,
        { cacheDirectory: folder },
        job,
      )
      digest = selection.digest
    })
    return digest
  }

  test('is the same for the same files, whenever and in whatever order they were made', async () => {
    assert.equal(await digestOfAll(['a', 'b', 'c/d']), await digestOfAll(['c/d', 'b', 'a']))
  })

  test('differs with each name, kind and target', async () => {
    const all = await Promise.all(
      [['a'], ['b'], ['a/'], ['a -> b'], ['a -> c'], ['a', 'b'], ['a/b'], []].map((names) => digestOfAll(names)),
    )
    assert.equal(new Set(all).size, all.length)
  })

  test('tells a file from the content of a here-document of another name', async () => {
    const [first, second] = await Promise.all(
      ['a', 'b'].map((name) => digestOfAll([], { sources: [], inlineFiles: [{ name, content: 'x' }] })),
    )
    assert.notEqual(first, second)
  })

  test('does not know what is left out', async () => {
    const excludes = ['b']
    assert.equal(
      await digestOfAll(['a'], { sources: ['.'], excludes }),
      await digestOfAll(['a', 'b'], { sources: ['.'], excludes }),
    )
  })
})

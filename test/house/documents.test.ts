import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { commands } from '../../src/cli/commands.ts'
import { checkDecisions, checkLinks, decisionSections, namedCommands } from '../../tools/document-rules.ts'
import { assertNone } from '../support/problems.ts'
import { formatProblems, readSourceTree, repositoryRoot } from '../../tools/source-tree.ts'
import { readPackageManifest } from '../support/package-manifest.ts'

describe('this repository', async () => {
  const tree = await readSourceTree(repositoryRoot)

  test('has no broken links in its documents', () => {
    assertNone(checkLinks(tree))
  })

  test('numbers its decision records, all with the same parts', () => {
    assertNone(checkDecisions(tree))
  })

  test('names only scripts and commands in its documents that exist', async () => {
    const scripts = Object.keys((await readPackageManifest()).scripts)
    const verbs = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases])
    for (const [path, text] of tree) {
      if (!path.endsWith('.md')) continue
      for (const { program, name, line } of namedCommands(text)) {
        const known = program === 'npm run' ? scripts : verbs
        assert.ok(known.includes(name), `${path}:${line}: there is no ${program} ${name}`)
      }
    }
  })
})

test('bench/README.md lists every benchmark', async () => {
  const [document, files] = await Promise.all([
    readFile(join(repositoryRoot, 'bench/README.md'), 'utf8'),
    readdir(join(repositoryRoot, 'bench')),
  ])
  const names = files.filter((file) => file.endsWith('.ts') && file !== 'run.ts').map((file) => file.slice(0, -3))
  const listed = [...document.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name)
  assert.deepEqual(new Set(listed), new Set(names))
})

describe('the link rule', () => {
  const problemsOf = (document: string): string =>
    formatProblems(
      checkLinks(
        new Map([
          ['docs/a.md', document],
          ['docs/b.md', ''],
          ['src/std/c.ts', ''],
        ]),
      ),
    )

  test('lets links to files, folders, parts and the web pass', () => {
    assert.equal(
      problemsOf('[b](b.md) [c](../src/std/) [std](../src/std) [here](#a) [b](b.md#a) [w](https://x.org)'),
      '',
    )
  })

  test('refuses a link to what is not there, with its line', () => {
    assert.equal(problemsOf('\n[x](x.md)'), 'docs/a.md:2: links to x.md, which does not exist')
  })

  test('does not read code', () => {
    assert.equal(problemsOf('`[x](x.md)`\n```\n[x](x.md)\n```\n'), '')
  })
})

describe('the decision rule', () => {
  const record = (number: string): string =>
    [`# ${number}: A title`, ...decisionSections.map((title) => `## ${title}\n\nText.`)].join('\n\n')
  const problemsOf = (files: Readonly<Record<string, string>>): string =>
    formatProblems(checkDecisions(new Map(Object.entries(files))))

  test('lets records in order pass', () => {
    const files = { 'docs/decisions/0001-a.md': record('0001'), 'docs/decisions/0002-b.md': record('0002') }
    assert.equal(problemsOf(files), '')
  })

  test('refuses a gap, a wrong title and a missing part', () => {
    assert.match(problemsOf({ 'docs/decisions/0002-a.md': record('0002') }), /is not named 0001/)
    assert.match(problemsOf({ 'docs/decisions/0001-a.md': record('0002') }), /does not begin with "# 0001: "/)
    assert.match(problemsOf({ 'docs/decisions/0001-a.md': '# 0001: A\n\n## Choice\n' }), /has not the parts/)
  })
})

test('commands are found in code, not in prose', () => {
  const document = [
    'Call npm run nothing or wherry nothing.',
    'Try `npm run check` and `wherry pull REF`.',
    '```sh',
    'npm test -- src/std && npx wherry push x # wherry',
    './wherry no && wherry --help',
    '```',
  ].join('\n')
  assert.deepEqual(
    namedCommands(document).map(({ program, name, line }) => `${program} ${name} ${line}`),
    ['npm run check 2', 'wherry pull 2', 'npm run test 4', 'wherry push 4'],
  )
})

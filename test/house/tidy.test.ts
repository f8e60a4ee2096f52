import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertNone } from '../support/problems.ts'
import { formatProblems, readSourceTree, repositoryRoot, type Problem } from '../../tools/source-tree.ts'
import { checkDocstrings, checkFolderReadmes, checkLength, checkText, checkTidy } from '../../tools/tidy-rules.ts'

test('this repository is tidy', async () => {
  assertNone(checkTidy(await readSourceTree(repositoryRoot)))
})

test('a file of 400 lines passes, of 401 not, unless a machine writes it', () => {
  assert.deepEqual(checkLength('src/std/a.ts', 'x\n'.repeat(400)), [])
  assert.match(formatProblems(checkLength('src/std/a.ts', 'x\n'.repeat(401))), /a.ts:401: has 401 lines/)
  assert.deepEqual(checkLength('package-lock.json', 'x\n'.repeat(401)), [])
})

describe('text', () => {
  // Written in two halves, so that this file passes its own check.
  const unfinished = ['TO', 'DO'].join('')
  const cases: readonly { readonly text: string; readonly passes: boolean }[] = [
    { text: `// ${unfinished}: later`, passes: false },
    { text: `// ${unfinished} #12: later`, passes: true },
    { text: `// see ${['', 'work', 'main'].join('/')}`, passes: false },
    { text: `// see ${['', 'tmp', 'x'].join('/')}`, passes: false },
    { text: `// https://example.com${['', 'work', 'main'].join('/')}`, passes: true },
    { text: `// https://${['registry', 'npmjs', 'org'].join('.')}/`, passes: false },
    { text: ['"resolved": "http', '://example.com/a.tgz"'].join(''), passes: false },
    { text: 'docker.io/library/node', passes: true },
  ]
  for (const { text, passes } of cases) {
    test(`${passes ? 'passes' : 'refuses'} ${text.replace('resolved', 'r…')}`, () => {
      assert.equal(checkText('a.ts', `first line\n${text}`).length === 0, passes)
    })
  }

  test('paths of images are let pass in what is about Dockerfiles', () => {
    const line = `RUN rm ${['', 'tmp', 'x'].join('/')}`
    assert.deepEqual(checkText('docs/rules/A.md', line), [])
    assert.equal(checkText('docs/a.md', line).length, 1)
  })

  test('problems name the line', () => {
    assert.equal(checkText('a.ts', `first line\n// ${unfinished}`)[0]?.line, 2)
  })
})

describe('docstrings', () => {
  const problemsOf = (path: string, text: string): readonly Problem[] => checkDocstrings(new Map([[path, text]]))

  test('are asked of every export of a root file', () => {
    const exports = [
      'export function a(): void {}',
      'export async function b(): Promise<void> {}',
      'export class C {}',
      'export interface D {}',
      'export type E = 1',
      'export const f = 1',
    ]
    for (const line of exports) {
      assert.equal(problemsOf('src/std/a.ts', line).length, 1, line)
      assert.equal(problemsOf('src/std/a.ts', `/** What it is. */\n${line}`).length, 0, line)
    }
  })

  test('stand directly above: a comment further up, a plain comment, or none in between does not count', () => {
    assert.match(
      formatProblems(problemsOf('src/std/a.ts', '/** A. */\nconst a = 1\nexport const b = a')),
      /a.ts:3: exports b/,
    )
    assert.equal(problemsOf('src/std/a.ts', '// A.\nexport const a = 1').length, 1)
    assert.equal(problemsOf('src/std/a.ts', '/* A. */\nexport const a = 1').length, 1)
  })

  test('are asked once of an overloaded function', () => {
    const text =
      '/** A. */\nexport function a(b: 1): 1\nexport function a(b: 2): 2\nexport function a(b: 1 | 2): 1 | 2 { return b }'
    assert.deepEqual(problemsOf('src/std/a.ts', text), [])
  })

  test('are not asked of private files and tests', () => {
    assert.deepEqual(problemsOf('src/std/inner/a.ts', 'export const a = 1'), [])
    assert.deepEqual(problemsOf('src/std/a.test.ts', 'export const a = 1'), [])
  })

  test('cannot be got around by a list of names', () => {
    assert.match(formatProblems(problemsOf('src/std/a.ts', 'const a = 1\nexport { a }')), /a list of names/)
  })
})

test('each source folder has a README of 10 to 30 lines, but the command line', () => {
  const withReadme = (lines: number): readonly Problem[] =>
    checkFolderReadmes(
      new Map([
        ['src/std/a.ts', ''],
        ['src/std/README.md', 'x\n'.repeat(lines)],
      ]),
    )
  assert.deepEqual(withReadme(10), [])
  assert.deepEqual(withReadme(30), [])
  assert.match(formatProblems(withReadme(9)), /has 9 lines/)
  assert.match(formatProblems(withReadme(31)), /has 31 lines/)
  assert.match(formatProblems(checkFolderReadmes(new Map([['src/std/inner/a.ts', '']]))), /README.md:1: is missing/)
  assert.deepEqual(checkFolderReadmes(new Map([['src/cli/a.ts', '']])), [])
})

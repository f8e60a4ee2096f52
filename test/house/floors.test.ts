import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkFloors } from '../../tools/floor-rules.ts'
import { readImports } from '../../tools/imports.ts'
import { drawImportMap, replaceImportMap } from '../../tools/import-map.ts'
import { assertNone } from '../support/problems.ts'
import { formatProblems, readSourceTree, repositoryRoot } from '../../tools/source-tree.ts'
import { readDependencies } from '../support/package-manifest.ts'

/** What the rules say about a made-up tree. */
function problemsOf(files: Readonly<Record<string, string>>, dependencies: readonly string[] = []): string {
  return formatProblems(checkFloors(new Map(Object.entries(files)), new Set(dependencies)))
}

const leaf = 'export const leaf = 1\n'

describe('this repository', async () => {
  const tree = await readSourceTree(repositoryRoot)

  test('keeps the floors and has no circles', async () => {
    assertNone(checkFloors(tree, await readDependencies()))
  })

  test('has the map of its imports in ARCHITECTURE.md; `npm run format` draws it anew', () => {
    const document = tree.get('ARCHITECTURE.md') ?? ''
    const map = drawImportMap(tree)
    assert.ok(document === replaceImportMap(document, map), `the map should be:\n${map}`)
  })
})

describe('the floor rules', () => {
  test('let a folder import from lower floors', () => {
    const files = { 'src/std/a.ts': leaf, 'src/image/b.ts': `import { leaf } from '../std/a.ts'` }
    assert.equal(problemsOf(files), '')
  })

  test('let types come from a package of types, and nothing else', () => {
    const types = { 'src/std/a.ts': `import type { Log } from 'sarif'` }
    assert.equal(problemsOf(types, ['@types/sarif']), '')
    const values = { 'src/std/a.ts': `import { log } from 'sarif'` }
    assert.match(problemsOf(values, ['@types/sarif']), /imports sarif, which is no dependency/)
  })

  test('refuse an import of a higher floor, with file and line', () => {
    const files = { 'src/std/a.ts': `\nimport { leaf } from '../image/b.ts'`, 'src/image/b.ts': leaf }
    assert.equal(problemsOf(files), 'src/std/a.ts:2: imports src/image/b.ts: std stands on floor 0, image on floor 2')
  })

  test('refuse an import of a sibling, of a type too', () => {
    const files = { 'src/store/a.ts': `import type { Leaf } from '../filetree/b.ts'`, 'src/filetree/b.ts': leaf }
    assert.match(problemsOf(files), /store stands on floor 3, filetree on floor 3/)
  })

  test('refuse an import of a private subfolder, in tests of other folders too', () => {
    const files = {
      'src/std/inner/a.ts': leaf,
      'src/image/b.ts': `import { leaf } from '../std/inner/a.ts'`,
      'test/c.test.ts': `import { leaf } from '../src/std/inner/a.ts'`,
    }
    assert.equal(problemsOf(files).match(/private to src\/std/g)?.length, 2)
  })

  test('let a folder import its own subfolders', () => {
    assert.equal(problemsOf({ 'src/std/inner/a.ts': leaf, 'src/std/b.ts': `import './inner/a.ts'` }), '')
  })

  test('refuse a circle of files, of types too', () => {
    const files = {
      'src/std/a.ts': `import { b } from './b.ts'`,
      'src/std/b.ts': `import { c } from './c.ts'`,
      'src/std/c.ts': `import type { a } from './a.ts'`,
    }
    assert.equal(
      problemsOf(files),
      'src/std/c.ts:1: closes a circle: src/std/a.ts -> src/std/b.ts -> src/std/c.ts -> src/std/a.ts',
    )
  })

  test('refuse a folder without a floor', () => {
    assert.match(problemsOf({ 'src/helpers/a.ts': leaf }), /src\/helpers\/a.ts:1: is in no folder/)
    assert.match(problemsOf({ 'src/a.ts': leaf }), /src\/a.ts:1: is in no folder/)
  })

  test('refuse passing on what another file exports, but in src/index.ts', () => {
    const text = `export * from './std/a.ts'\nexport type { B } from './std/a.ts'`
    assert.equal(problemsOf({ 'src/std/a.ts': leaf, 'src/index.ts': text }), '')
    const others = { 'src/std/a.ts': leaf, 'src/std/b.ts': `${text.replaceAll('./std/', './')}\n${leaf}` }
    assert.equal(problemsOf(others).match(/passes on what/g)?.length, 2)
  })

  test('let the public face of a folder pass on what is private, if it is not all that it does', () => {
    const files = {
      'src/std/inner/a.ts': leaf,
      'src/std/b.ts': `export { leaf } from './inner/a.ts'\nexport const b = 1`,
    }
    assert.equal(problemsOf(files), '')
    const barrel = { ...files, 'src/std/b.ts': `export { leaf } from './inner/a.ts'` }
    assert.equal(problemsOf(barrel), 'src/std/b.ts:1: only passes on exports')
  })

  test('refuse an import of src/index.ts from below', () => {
    assert.match(problemsOf({ 'src/index.ts': leaf, 'src/cli/a.ts': `import '../index.ts'` }), /stands on top/)
  })

  test('refuse an import from outside of src, but test helpers for tests', () => {
    const files = { 'test/support/a.ts': leaf, 'src/std/b.ts': `import '../../test/support/a.ts'` }
    assert.match(problemsOf(files), /outside of src/)
    assert.equal(problemsOf({ ...files, 'src/std/b.ts': '', 'src/std/b.test.ts': files['src/std/b.ts'] }), '')
  })

  test('refuse an import of a test, and of a file that is not there', () => {
    assert.match(problemsOf({ 'src/std/a.test.ts': leaf, 'src/std/b.ts': `import './a.test.ts'` }), /is for tests/)
    assert.match(problemsOf({ 'src/std/b.ts': `import './a.ts'` }), /does not exist/)
  })

  test('let tests share a folder, which the product may not use', () => {
    const shared = { 'src/std/testing/a.ts': `import 'fast-check'` }
    assert.equal(problemsOf({ ...shared, 'src/std/b.test.ts': `import './testing/a.ts'` }), '')
    assert.match(problemsOf({ ...shared, 'src/std/b.ts': `import './testing/a.ts'` }), /is for tests/)
  })

  test('refuse a package that is no dependency, or not at home there', () => {
    assert.match(problemsOf({ 'src/std/a.ts': `import 'left-pad'` }), /left-pad, which is no dependency/)
    assert.match(problemsOf({ 'src/std/a.ts': `import 'koffi'` }, ['koffi']), /only src\/std\/syscalls may/)
    assert.equal(problemsOf({ 'src/std/syscalls.ts': `import 'koffi'` }, ['koffi']), '')
  })

  test('refuse an import whose name is computed', () => {
    assert.match(problemsOf({ 'src/std/a.ts': `await import('./' + name)` }), /a name that is computed/)
  })
})

describe('readImports', () => {
  test('finds every form, with its line, and nothing in comments and strings', () => {
    const text = [
      `import a, { type B } from './1.ts'`,
      `import type { C } from './2.ts'`,
      `import './3.ts'`,
      `export { d } from './4.ts'`,
      `export * as e from './5.ts'`,
      `const f = () => import('./6.ts')`,
      `let g: typeof import('./7.ts')`,
      `const h = new Worker(new URL('./8.ts', import.meta.url))`,
      `// import './9.ts'`,
      'const i = `import "./10.ts"`',
      `export const j = 1`,
    ].join('\n')
    const found = readImports(text, 'made-up.ts').map((each) => [each.line, each.specifier, each.kind, each.typeOnly])
    assert.deepEqual(found, [
      [1, './1.ts', 'import', false],
      [2, './2.ts', 'import', true],
      [3, './3.ts', 'import', false],
      [4, './4.ts', 're-export', false],
      [5, './5.ts', 're-export', false],
      [6, './6.ts', 'dynamic', false],
      [7, './7.ts', 'import', true],
      [8, './8.ts', 'url', false],
    ])
  })

  test('refuses a file that does not parse', () => {
    assert.throws(() => readImports('import {', 'broken.ts'), SyntaxError)
  })
})

describe('the import map', () => {
  const tree = new Map([
    ['src/std/a.ts', `import 'valibot'`],
    ['src/image/b.ts', `import '../std/a.ts'`],
    ['src/image/b.test.ts', `import 'fast-check'`],
  ])

  test('shows the folders that exist, from the top, with what they import', () => {
    const lines = drawImportMap(tree).split('\n')
    assert.deepEqual(lines.slice(3, -1), ['    2  image             std', '    0  std               (valibot)'])
  })

  test('replaces itself in a document and leaves the rest', () => {
    const marks = ['<!-- import map: begin (written by `npm run format`) -->', '<!-- import map: end -->']
    const once = replaceImportMap(`before\n${marks.join('\nold\n')}\nafter`, 'new')
    assert.equal(once, `before\n${marks.join('\n\nnew\n\n')}\nafter`)
    assert.equal(replaceImportMap(once, 'new'), once)
    assert.throws(() => replaceImportMap('no marks', 'new'), /lacks the lines/)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseIgnoreFile } from './ignore-file.ts'
import { createPathMatcher, type PathMatch } from './path-matcher.ts'

function matcherOf(...lines: readonly string[]): ReturnType<typeof createPathMatcher> {
  const { patterns, diagnostics } = parseIgnoreFile(lines.join('\n'))
  assert.deepEqual(diagnostics, [])
  return createPathMatcher(patterns)
}

/** One pattern, paths that it matches, and paths that it does not. */
const cases: readonly (readonly [pattern: string, matched: readonly string[], others: readonly string[]])[] = [
  ['a', ['a', 'a/b', 'a/b/c'], ['b', 'b/a', 'aa']],
  ['a/b', ['a/b', 'a/b/c'], ['a', 'a/c', 'x/a/b']],
  ['*', ['a', 'a/b', '.git'], []],
  ['*.md', ['README.md', '.md', 'x.md/y'], ['docs/a.md', 'md']],
  ['*/*.md', ['docs/a.md'], ['a.md', 'a/b/c.md']],
  ['a?c', ['abc', 'a😀c'], ['ac', 'a/c', 'abbc']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[^a]x', ['bx'], ['ax']],
  ['\\*', ['*', '*/a'], ['a']],
  ['\\[a]', ['[a]'], ['a']],
  ['**', ['a', 'a/b'], []],
  ['**/a', ['a', 'x/a', 'x/y/a', 'a/b'], ['ba', 'x/ba']],
  ['**/*.log', ['a.log', 'x/a.log', 'x/y/a.log'], ['alog', 'x/log']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'ab']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'b']],
  ['**/a/**', ['a/b', 'x/a/b'], ['a']],
  // As moby has it: two stars in front of plain text stand for any beginning, not for folders only.
  ['**a', ['a', 'ba', 'x/ba'], ['ab']],
  ['a.b+c(d)$', ['a.b+c(d)$'], ['axb+c(d)$']],
  ['.', [], ['a', 'a/b']],
  ['/', [], ['a']],
]

describe('a pattern', () => {
  for (const [pattern, matched, others] of cases) {
    test(`${pattern} matches what it should`, () => {
      const matcher = matcherOf(pattern)
      for (const path of matched) assert.ok(matcher.isMatched(path), path)
      for (const path of others) assert.ok(!matcher.isMatched(path), path)
    })
  }
})

describe('of several patterns', () => {
  test('the last that matches decides', () => {
    const matcher = matcherOf('*.md', '!README.md', 'docs', '!docs/keep', 'docs/keep/not')
    assert.ok(matcher.isMatched('a.md'))
    assert.ok(!matcher.isMatched('README.md'))
    assert.ok(matcher.isMatched('docs/a'))
    assert.ok(!matcher.isMatched('docs/keep'))
    assert.ok(!matcher.isMatched('docs/keep/a'))
    assert.ok(matcher.isMatched('docs/keep/not'))
  })

  test('an exception before what it is one of does nothing', () => {
    assert.ok(matcherOf('!a', 'a').isMatched('a'))
  })
})

describe('a walk', () => {
  const walk = (matcher: ReturnType<typeof matcherOf>, path: string): PathMatch => {
    const parts = path.split('/')
    return parts.reduce<PathMatch>(
      (folder, _, index) => matcher.match(parts.slice(0, index + 1).join('/'), folder),
      matcher.root,
    )
  }

  test('finds the same, folder by folder', () => {
    const matcher = matcherOf('*.md', '!README.md', 'docs', '!docs/keep')
    for (const path of ['a.md', 'README.md', 'docs/a', 'docs/keep/a', 'src/a.md']) {
      assert.equal(walk(matcher, path).isMatched, matcher.isMatched(path), path)
    }
  })

  test('can skip a folder in which no exception could match', () => {
    const canSkip = (folder: string, ...lines: readonly string[]): boolean => {
      const matcher = matcherOf(...lines)
      return matcher.canSkip(folder, walk(matcher, folder))
    }
    assert.ok(canSkip('node_modules', 'node_modules'))
    assert.ok(!canSkip('src', 'node_modules'))
    assert.ok(canSkip('a', 'a', '!b/c'))
    assert.ok(!canSkip('a', 'a', '!a/b/c'))
    assert.ok(canSkip('a/x', 'a', '!a/b/c'))
    assert.ok(!canSkip('a', '*', '!**/keep'))
    assert.ok(canSkip('a', '*', '!*.md'))
    assert.ok(!canSkip('a/b', '*', '!a/*/c'))
    assert.ok(!canSkip('a', 'a', '!a/**'))
  })

  test('of 100,000 paths takes no time to speak of', () => {
    const matcher = matcherOf(
      'node_modules',
      '.git',
      '**/*.log',
      '**/*.test.*',
      'dist/**',
      '!dist/keep/*.js',
      '*~',
      '[Bb]in/*/x',
    )
    const started = process.cpuUsage()
    let count = 0
    for (let folder = 0; folder < 1000; folder += 1) {
      const match = matcher.match(`src/packages/package-${folder}`, matcher.root)
      for (let file = 0; file < 100; file += 1) {
        if (!matcher.match(`src/packages/package-${folder}/file-number-${file}.ts`, match).isMatched) count += 1
      }
    }
    assert.equal(count, 100_000)
    assert.ok(process.cpuUsage(started).user / 1000 < 3000)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { appliesTo, formatAlternatives, formatRelation, parseRelations, satisfiesConstraint } from './dependency.ts'

function formatted(text: string): readonly string[] {
  const { groups, problems } = parseRelations(text)
  assert.deepEqual(problems, [])
  return groups.map(formatAlternatives)
}

/** What is wrong, as `code: the marked text: hint`. */
function problems(text: string): readonly string[] {
  return parseRelations(text).problems.map(({ code, range, hint }) =>
    [code, text.slice(range.start, range.end), ...(hint === undefined ? [] : [hint])].join(': '),
  )
}

describe('parseRelations', () => {
  test('reads groups, alternatives, versions and qualifiers', () => {
    const text =
      'libc6 (>= 2.34), python3:any (<<3.12)|python3.11:native,\n awk , g++ [amd64 arm64] <!nocheck !cross> <x>'
    assert.deepEqual(formatted(text), [
      'libc6 (>= 2.34)',
      'python3:any (<< 3.12) | python3.11:native',
      'awk',
      'g++ [amd64 arm64] <!nocheck !cross> <x>',
    ])
  })

  test('reads the old operators as dpkg does', () => {
    assert.deepEqual(formatted('a (< 1), b (> 2)'), ['a (<= 1)', 'b (>= 2)'])
  })

  test('knows where each relation stands', () => {
    const text = ' a (= 1) | b,\n c:any '
    const ranges = parseRelations(text)
      .groups.flat()
      .map(({ range }) => text.slice(range.start, range.end))
    assert.deepEqual(ranges, ['a (= 1)', 'b', 'c:any'])
  })

  test('takes an empty text, and commas with nothing between', () => {
    assert.deepEqual(formatted(''), [])
    assert.deepEqual(formatted(' , a,, b,'), ['a', 'b'])
  })

  const mistakes = {
    'nodejs >= 18': 'missing-parentheses: nodejs >= 18: Write nodejs (>= 18).',
    'nodejs=18': 'missing-parentheses: nodejs=18: Write nodejs (= 18).',
    'nodejs@18': 'missing-parentheses: nodejs@18: Write nodejs (= 18).',
    'nodejs (18)': 'bad-operator: nodejs (18): Write nodejs (= 18). The operators are <<, <=, =, >= and >>.',
    'nodejs (=> 18)': 'bad-operator: nodejs (=> 18): Write nodejs (>= 18). The operators are <<, <=, =, >= and >>.',
    'nodejs (^18)': 'bad-operator: nodejs (^18): Write nodejs (>= 18). The operators are <<, <=, =, >= and >>.',
    'nodejs (>= 18': 'unclosed-parenthesis: nodejs (>= 18',
    'nodejs (>=)': 'bad-version: nodejs (>=)',
    'nodejs (>= v18)': 'bad-version: v18',
    'nodejs (>= 18 << 20)':
      'bad-version: nodejs (>= 18 << 20): Write two bounds as two relations: nodejs (>= 1), nodejs (<< 2).',
    'nodejs (>= 18) or newer': 'unexpected-text: nodejs (>= 18) or newer',
    'node js': 'unexpected-text: node js',
    node_js: 'bad-package-name: node_js',
    '@types/node': 'bad-package-name: @types/node',
    ünicode: 'bad-package-name: ünicode',
    '[amd64]': 'bad-package-name: [amd64]',
  }
  for (const [text, problem] of Object.entries(mistakes)) {
    test(`says what is wrong with '${text}', and reads the rest`, () => {
      assert.deepEqual(problems(text), [problem])
      assert.deepEqual(parseRelations(`a, ${text}, b`).groups.map(formatAlternatives), ['a', 'b'])
    })
  }

  test('misses a package beside a bar', () => {
    assert.deepEqual(
      problems('a | | b').map((problem) => problem.split(':', 1)[0]),
      ['empty-alternative'],
    )
    assert.equal(problems('| a').length, 1)
    assert.equal(problems('a |').length, 1)
    assert.equal(problems('a |, b').length, 1)
  })

  test('what is formatted is read as the same', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{0,4}$/)
    const version = fc.stringMatching(/^[0-9][a-z0-9.+~]{0,3}(-[0-9])?$/)
    const plain = { noNullPrototype: true }
    const restriction = fc.record({ name: fc.constantFrom('amd64', 'linux-any'), isNegated: fc.boolean() }, plain)
    const relation = fc.record(
      {
        name,
        qualifier: fc.constantFrom(undefined, 'any', 'arm64'),
        constraint: fc.option(fc.record({ relation: fc.constantFrom('<<', '<=', '=', '>=', '>>'), version }, plain), {
          nil: undefined,
        }),
        architectures: fc.array(restriction, { maxLength: 2 }),
        profiles: fc.array(fc.array(restriction, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
        range: fc.constant({ start: 0, end: 0 }),
      },
      plain,
    )
    fc.assert(
      fc.property(fc.array(fc.array(relation, { minLength: 1, maxLength: 3 }), { maxLength: 3 }), (groups) => {
        const read = parseRelations(groups.map(formatAlternatives).join(', '))
        assert.deepEqual(read.problems, [])
        assert.deepEqual(
          read.groups.map((group) => group.map((one) => ({ ...one, range: { start: 0, end: 0 } }))),
          groups,
        )
      }),
    )
  })

  test('takes any text, and marks only what is in it', () => {
    const text = fc.array(fc.constantFrom('a', ' ', '(', ')', '>=', '<', '|', ',', '[', ']', '1', ':', '~', '!', '\n'))
    fc.assert(
      fc.property(
        text.map((parts) => parts.join('')),
        (whole) => {
          for (const { range } of parseRelations(whole).problems) {
            assert.ok(range.start >= 0 && range.start <= range.end && range.end <= whole.length)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  for (const part of ['a ', ' ', '~', 'a (', 'a <', 'a [', 'a (>=', '|', ',', '(((', 'a (>= 1) x'] as const) {
    test(`takes no more than its time for a great many '${part}'`, () => {
      const text = part.repeat(200_000)
      const start = process.cpuUsage()
      parseRelations(text)
      parseRelations(`a ${text}`)
      assert.ok(process.cpuUsage(start).user < 5_000_000)
    })
  }
})

describe('satisfiesConstraint', () => {
  test('compares as each operator says', () => {
    const kept = (relation: '<<' | '<=' | '=' | '>=' | '>>'): readonly string[] =>
      ['0.9', '1.0', '1.1'].filter((version) => satisfiesConstraint(version, { relation, version: '1.0-0' }))
    assert.deepEqual(kept('<<'), ['0.9'])
    assert.deepEqual(kept('<='), ['0.9', '1.0'])
    assert.deepEqual(kept('='), ['1.0'])
    assert.deepEqual(kept('>='), ['1.0', '1.1'])
    assert.deepEqual(kept('>>'), ['1.1'])
    assert.ok(satisfiesConstraint('1', undefined))
  })
})

describe('appliesTo', () => {
  const applies = (text: string, architecture: string): boolean => {
    const relation = parseRelations(text).groups[0]?.[0]
    assert.ok(relation !== undefined, text)
    assert.equal(formatRelation(relation), text)
    return appliesTo(relation, architecture)
  }

  test('keeps to architectures, wildcards and their negation', () => {
    assert.ok(applies('a', 'amd64'))
    assert.ok(applies('a [amd64 arm64]', 'arm64'))
    assert.ok(!applies('a [amd64 arm64]', 'riscv64'))
    assert.ok(!applies('a [!amd64 !arm64]', 'arm64'))
    assert.ok(applies('a [!amd64 !arm64]', 'riscv64'))
    assert.ok(applies('a [linux-any]', 'amd64'))
    assert.ok(applies('a [any-amd64]', 'amd64'))
    assert.ok(!applies('a [any-arm64]', 'amd64'))
  })

  test('knows no build profile', () => {
    assert.ok(applies('a <!nocheck>', 'amd64'))
    assert.ok(!applies('a <stage1>', 'amd64'))
    assert.ok(!applies('a <!nocheck stage1>', 'amd64'))
    assert.ok(applies('a <stage1> <!nocheck>', 'amd64'))
  })
})

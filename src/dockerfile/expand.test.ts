import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expand, findExpansionProblem, type ExpandOptions, type Expansion } from './expand.ts'
import { sourceString } from './source-string.ts'
import { createWorkBudget } from './work-budget.ts'

const values = new Map(Object.entries({ FOO: 'foo/bar.txt', EMPTY: '', SPACES: ' a  b ', STAR: '*', KOREAN: '한국어' }))

function expandText(text: string, options: Partial<ExpandOptions> = {}): Expansion {
  return expand(sourceString(text, 0, text.length), { escape: '\\', variables: (name) => values.get(name), ...options })
}

// The rules are those of "Environment replacement" in BuildKit's docs/reference.md; odd cases are what its lexer does.
const valueCases: readonly (readonly [title: string, cases: Readonly<Record<string, string>>])[] = [
  ['quotes go away', { hello: 'hello', "he'll'o": 'hello', '"a b"c': 'a bc', "'\"'": '"', '"\'\'"': "''", '""': '' }],
  [
    'an escape takes the meaning from the next character',
    {
      "he\\'llo": "he'llo",
      'a\\tb': 'atb',
      'a\\\\b': 'a\\b',
      '\\$FOO': '$FOO',
      '\\${FOO}': '${FOO}',
      'a\\': 'a',
      'a\\ b': 'a b',
    },
  ],
  [
    'in double quotes it does so only where that is needed',
    { '"a\\tb"': 'a\\tb', '"a\\\\b"': 'a\\b', '"a\\"b"': 'a"b', '"\\$FOO"': '$FOO', '"$EMPTY"': '' },
  ],
  ['in single quotes nothing has a meaning', { "'$FOO'": '$FOO', "'a\\'": 'a\\', "'\\$FOO'": '\\$FOO' }],
  [
    'names end where letters, digits and _ do',
    {
      'x$FOO.y': 'xfoo/bar.txt.y',
      '${FOO}x': 'foo/bar.txtx',
      $FOOx: '',
      '${KOREAN}!': '한국어!',
      $UNSET: '',
      a$: 'a$',
      '$.': '$.',
      a$1x: 'ax',
      '$@@': '@',
    },
  ],
  [
    'a word stands in for what is unset, or empty as well',
    {
      '${UNSET-w}': 'w',
      '${EMPTY-w}': '',
      '${EMPTY:-w}': 'w',
      '${FOO:-w}': 'foo/bar.txt',
      '${UNSET:-${EMPTY:-"n n"}}': 'n n',
      '${UNSET:-}': '',
    },
  ],
  ['or for what is set', { '${UNSET+w}': '', '${EMPTY+w}': 'w', '${EMPTY:+w}': '', '${FOO:+$KOREAN}': '한국어' }],
  ['what has to be set may be', { '${FOO?no}': 'foo/bar.txt', '${EMPTY?no}': '', '${FOO:?no}': 'foo/bar.txt' }],
  [
    'the shortest or the longest match of a pattern goes from the beginning',
    {
      '${FOO#*o}': 'o/bar.txt',
      '${FOO##*o}': '/bar.txt',
      '${FOO#bar}': 'foo/bar.txt',
      '${FOO##*}': '',
      '${FOO#???}': '/bar.txt',
      '${FOO#}': 'foo/bar.txt',
    },
  ],
  [
    'or from the end',
    {
      '${FOO%.*}': 'foo/bar',
      '${FOO%/*}': 'foo',
      '${FOO%%o*}': 'f',
      '${FOO%t}': 'foo/bar.tx',
      '${FOO%%*}': '',
      '${KOREAN%?}': '한국',
    },
  ],
  [
    'matches are replaced: the first, or all',
    {
      '${FOO/o/0}': 'f0o/bar.txt',
      '${FOO//o/0}': 'f00/bar.txt',
      '${FOO/\\//:}': 'foo:bar.txt',
      '${FOO//x*/}': 'foo/bar.t',
      '${FOO/$UNSET/-}': '-foo/bar.txt',
      '${FOO//?/.}': '...........',
    },
  ],
  [
    'a variable in a pattern is one',
    { '${FOO#$STAR}': 'foo/bar.txt', '${FOO##$STAR/}': 'bar.txt', '${FOO#"*"}': 'foo/bar.txt' },
  ],
]

describe('the value of a word:', () => {
  for (const [title, cases] of valueCases) {
    test(title, () => {
      for (const [text, value] of Object.entries(cases)) {
        const result = expandText(text)
        assert.equal(result.problem, undefined, text)
        assert.equal(result.value, value, text)
      }
    })
  }

  test('the escape character can be the backtick', () => {
    assert.equal(expandText('C:\\a `$FOO', { escape: '`' }).value, 'C:\\a $FOO')
    assert.equal(expandText('"a`"b`c"', { escape: '`' }).value, 'a"b`c')
  })

  test('in the text of a here-document quotes are characters', () => {
    assert.equal(expandText(`"$KOREAN" 'it' \\$`, { quotes: false }).value, `"한국어" 'it' $`)
  })
})

test('words are split at white space in the open, or from variables', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '  a  b ': ['a', 'b'],
    '"a b" c': ['a b', 'c'],
    'a\\ b': ['a b'],
    x$SPACES: ['x', 'a', 'b'],
    'x"$SPACES"y': ['x a  b y'],
    '': [],
    '""': [],
    // BuildKit 0.34 forgets what stands before a substitution with a word.
    '80${UNSET:-81}': ['81'],
  }
  for (const [text, words] of Object.entries(cases)) assert.deepEqual(expandText(text).words, words, text)
})

describe('variables', () => {
  test('are told in the order of the text, with their places, however deep', () => {
    const text = 'x$FOO"${UNSET:-$EMPTY}"'
    const { variables } = expandText(text)
    assert.deepEqual(
      variables.map(({ name, isSet, operator, range }) => [name, isSet, operator, text.slice(range.start, range.end)]),
      [
        ['FOO', true, '', '$FOO'],
        ['UNSET', false, ':-', '${UNSET:-$EMPTY}'],
        ['EMPTY', true, '', '$EMPTY'],
      ],
    )
  })

  test('count from where the string stands in its file', () => {
    const file = 'ENV a=x$FOO'
    const { variables } = expand(sourceString(file, 6, 11), { escape: '\\', variables: () => '' })
    assert.deepEqual(variables[0]?.range, { start: 7, end: 11 })
  })
})

describe('a problem', () => {
  const cases: readonly (readonly [text: string, code: string, marked: string])[] = [
    ['a"b', 'unterminated-quote', '"b'],
    ["a'b", 'unterminated-quote', "'b"],
    ['a${', 'bad-substitution', '${'],
    ['a${}', 'bad-substitution', '${'],
    ['a${FOO', 'bad-substitution', '${FOO'],
    ['a${FOO:-b', 'bad-substitution', '${FOO:-b'],
    ['${FOO^^}', 'bad-substitution', '${FOO^'],
    ['${FOO:=b}', 'bad-substitution', '${FOO:=b}'],
    ['${FOO:#b}', 'bad-substitution', '${FOO:#'],
    ['${FOO/b}', 'bad-substitution', '${FOO/b}'],
    ['${FOO#\\a}', 'bad-substitution', '${FOO#\\a}'],
    ['x ${UNSET?}', 'required-variable', '${UNSET?}'],
    ['${FOO:-${EMPTY:?}}', 'required-variable', '${EMPTY:?}'],
  ]
  for (const [text, code, marked] of cases) {
    test(`of ${text} is ${code}`, () => {
      const { problem, value, words } = expandText(text)
      assert.equal(problem?.code, code)
      assert.equal(text.slice(problem.range.start, problem.range.end), marked)
      assert.deepEqual([value, words], ['', []])
    })
  }

  test('says what the file wants to be said', () => {
    assert.equal(expandText('${UNSET:?give it with --build-arg}').problem?.message, 'UNSET: give it with --build-arg')
    assert.equal(expandText('${UNSET:?}').problem?.message, 'UNSET: must have a value')
    assert.equal(expandText('${EMPTY:?}').problem?.message, 'EMPTY: must not be empty')
  })

  test('is found without values where it does not depend on them', () => {
    const find = (text: string): string | undefined =>
      findExpansionProblem(sourceString(text, 0, text.length), { escape: '\\' })?.code
    assert.equal(find('${UNSET?}'), undefined)
    assert.equal(find('$a"b"'), undefined)
    assert.equal(find('"a'), 'unterminated-quote')
    assert.equal(find('${a:=b}'), 'bad-substitution')
  })
})

describe('what would grow without bound has a problem instead:', () => {
  test('a value', () => {
    const { problem } = expandText('$X$X$X', { variables: () => 'x'.repeat(60_000) })
    assert.equal(problem?.code, 'expansion-too-large')
  })

  test('nesting', () => {
    const deep = '${a:-'.repeat(100_000)
    assert.equal(expandText(deep).problem?.code, 'bad-substitution')
    assert.equal(expandText(`${'${a:-'.repeat(150)}x${'}'.repeat(150)}`).value, 'x')
  })

  test('the work for all of a file', () => {
    const budget = createWorkBudget()
    const variables = (): string => 'a'.repeat(100_000)
    const problems = Array.from({ length: 200 }, () => expandText('${X##*a*b*a}', { variables, budget }).problem?.code)
    assert.equal(problems[0], undefined)
    assert.equal(problems.at(-1), 'expansion-too-large')
  })
})

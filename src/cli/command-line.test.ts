import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseRest, parseStart } from './command-line.ts'
import type { CommandSpec } from './command-spec.ts'
import { CliError } from './errors.ts'

const spec = {
  arguments: {
    source: { kind: 'one', name: 'SRC', summary: '' },
    rest: { kind: 'any', name: 'REST', summary: '' },
  },
  options: {
    all: { kind: 'flag', short: 'a', summary: '' },
    'tls-verify': { kind: 'switch', summary: '' },
    output: { kind: 'text', short: 'o', value: 'FILE', summary: '' },
    platform: { kind: 'list', separator: ',', value: 'PLATFORM', summary: '' },
    filter: { kind: 'list', value: 'FILTER', summary: '' },
    format: { kind: 'choice', value: 'FORMAT', choices: ['table', 'json'], summary: '' },
  },
  examples: [],
} as const satisfies CommandSpec

function parse(...words: readonly string[]) {
  const parsed = parseRest('do', spec, words, {})
  assert.ok(parsed !== 'help')
  return parsed
}

function wrongUsage(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof CliError && error.code === 'wrong-usage')
    return `${error.message} | ${error.hint ?? ''}`
  }
  return assert.fail('it was accepted')
}

describe('parseRest', () => {
  test('takes options whose names begin with no-, which are the opposite of nothing', () => {
    const options = {
      'no-cache': { kind: 'flag', summary: '' },
      'no-cache-filter': { kind: 'list', separator: ',', value: 'STAGE', summary: '' },
    } as const
    const read = (...words: readonly string[]): unknown => {
      const parsed = parseRest('do', { arguments: {}, options, examples: [] }, words, {})
      assert.ok(parsed !== 'help')
      return [parsed.line.options['no-cache'], parsed.line.options['no-cache-filter']]
    }
    assert.deepEqual(read(), [false, []])
    assert.deepEqual(read('--no-cache', '--no-cache-filter', 'a,b'), [true, ['a', 'b']])
    assert.deepEqual(read('--no-cache=false', '--no-cache-filter=a', '--no-cache-filter=b'), [false, ['a', 'b']])
  })

  test('leaves what is behind the first argument alone, where options end there', () => {
    const read = (...words: readonly string[]): unknown => {
      const parsed = parseRest('do', { ...spec, optionsEndAtFirstArgument: true }, words, {})
      if (parsed === 'help') return 'help'
      const { all, output, filter } = parsed.line.options
      return [parsed.line.arguments['source'], parsed.line.arguments['rest'], all, output, filter]
    }
    assert.deepEqual(read('-a', 'x', '-a', '--help', '--'), ['x', ['-a', '--help', '--'], true, undefined, []])
    assert.deepEqual(read('-o', 'f', '--filter', 'g', '--filter=h', 'x'), ['x', [], false, 'f', ['g', 'h']])
    assert.deepEqual(read('-ao', 'f', 'x', '--all=maybe'), ['x', ['--all=maybe'], true, 'f', []])
    assert.deepEqual(read('-aof', 'x'), ['x', [], true, 'f', []])
    assert.deepEqual(read('--tls-verify', '--format', 'json', '--', '-x', '-y'), ['-x', ['-y'], false, undefined, []])
    assert.deepEqual(read('-', '-a'), ['-', ['-a'], false, undefined, []])
    assert.equal(read('-a', '--help', 'x'), 'help')
    assert.match(
      wrongUsage(() => read('--nothing', 'x')),
      /unknown option '--nothing'/,
    )
    assert.match(
      wrongUsage(() => read('-a')),
      /missing required argument 'SRC'/,
    )
  })

  test('has no -h for help where that is an option of the command', () => {
    const options = { hostname: { kind: 'text', short: 'h', value: 'NAME', summary: '' } } as const
    const parsed = parseRest('do', { arguments: {}, options, examples: [] }, ['-h', 'box'], {})
    assert.ok(parsed !== 'help')
    assert.equal(parsed.line.options['hostname'], 'box')
    assert.equal(parseRest('do', { arguments: {}, options, examples: [] }, ['--help'], {}), 'help')
  })

  test('gives what was not given its empty value', () => {
    assert.deepEqual(parse('a').line, {
      arguments: { source: 'a', rest: [] },
      options: {
        all: false,
        'tls-verify': undefined,
        output: undefined,
        platform: [],
        filter: [],
        format: undefined,
        store: undefined,
        progress: undefined,
        quiet: false,
        debug: false,
      },
    })
  })

  test('takes options before, between and behind arguments, in every form', () => {
    const { line } = parse('-a', 'a', '--output=x', 'b', '--format', 'json', '--tls-verify', '-q')
    assert.deepEqual(line.arguments, { source: 'a', rest: ['b'] })
    const { all, output, format, quiet } = line.options
    assert.deepEqual([all, output, format, line.options['tls-verify'], quiet], [true, 'x', 'json', true, true])
    assert.equal(parse('-ox', 'a').line.options['output'], 'x')
  })

  test('takes everything behind -- as arguments', () => {
    assert.deepEqual(parse('a', '--', '-a', '--tls-verify=no').line.arguments, {
      source: 'a',
      rest: ['-a', '--tls-verify=no'],
    })
  })

  test('takes true and false for flags, as the tools written in Go do', () => {
    assert.equal(parse('a', '--tls-verify=false').line.options['tls-verify'], false)
    assert.equal(parse('a', '--tls-verify=1').line.options['tls-verify'], true)
    assert.equal(parse('a', '--all=false').line.options['all'], false)
    assert.match(
      wrongUsage(() => parse('a', '--all=maybe')),
      /^--all is true or false, not "maybe"/,
    )
  })

  test('splits lists only where the option says so', () => {
    const { options } = parse('a', '--platform', 'x,y', '--platform=z', '--filter', 'label=a,b').line
    assert.deepEqual(options['platform'], ['x', 'y', 'z'])
    assert.deepEqual(options['filter'], ['label=a,b'])
  })

  test('takes general options from before the name, and those behind it over them', () => {
    const parsed = parseRest('do', spec, ['a', '--store', 'behind'], { store: 'before', debug: true })
    assert.ok(parsed !== 'help')
    assert.equal(parsed.globals.store, 'behind')
    assert.equal(parsed.globals.debug, true)
  })

  test('asks for help before anything else is wrong', () => {
    assert.equal(parseRest('do', spec, ['--help'], {}), 'help')
    assert.equal(parseRest('do', spec, ['a', '-h'], {}), 'help')
  })

  test('says what is wrong and what was perhaps meant', () => {
    assert.equal(
      wrongUsage(() => parse('a', '--platfrom', 'x')),
      "unknown option '--platfrom' | Did you mean --platform? See wherry do --help.",
    )
    assert.equal(
      wrongUsage(() => parse()),
      "missing required argument 'SRC' | See wherry do --help.",
    )
    assert.match(
      wrongUsage(() => parse('a', '-o')),
      /^option '-o, --output <FILE>' argument missing/,
    )
    assert.match(
      wrongUsage(() => parse('a', '--format', 'xml')),
      /Allowed choices are table, json/,
    )
  })
})

describe('parseStart', () => {
  test('takes general options before the name and leaves the rest alone', () => {
    const start = parseStart(['--store', 'dir', '-q', 'pull', '--platform', 'x', '--store', 'other', 'ref'])
    assert.equal(start.name, 'pull')
    assert.deepEqual(start.rest, ['--platform', 'x', '--store', 'other', 'ref'])
    assert.deepEqual(start.options, { store: 'dir', quiet: true })
  })

  test('sees a call for help, and that there is no name', () => {
    assert.equal(parseStart(['--help']).help, true)
    assert.equal(parseStart([]).name, undefined)
    assert.equal(parseStart(['pull', '--help']).help, false)
  })

  test('refuses options that it does not know', () => {
    assert.match(
      wrongUsage(() => parseStart(['--strore', 'x', 'pull'])),
      /unknown option '--strore' \| Did you mean --store/,
    )
  })
})

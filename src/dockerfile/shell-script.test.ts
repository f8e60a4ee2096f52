import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseDockerfile } from './parse.ts'
import { runScript } from './run-script.ts'
import type { ShellScript } from './shell-command.ts'
import { readExecForm, readShellScript } from './shell-script.ts'
import { sourceString } from './source-string.ts'

function read(script: string): ShellScript {
  return readShellScript(sourceString(script, 0, script.length))
}

/** Each command in short: `program argument …`. */
function programs(script: string): readonly string[] {
  return read(script).commands.map((command) =>
    [command.program, ...command.arguments.map(({ value }) => value)].join(' '),
  )
}

describe('commands', () => {
  test('are found in lists, pipelines, conditions, loops, functions, subshells and substitutions', () => {
    const script =
      'a && b || c; if d; then e; else f; fi; for x in 1; do g; done; h() { i; }; (j); k | l; m $(n); case x in y) o;; esac'
    assert.deepEqual(
      programs(script).map((each) => each.charAt(0)),
      'abcdefgijklmno'.split(''),
    )
  })

  test('lose quotes and keep expansions', () => {
    const [command] = read(`a "b c" 'd'e $F "\${G:-1}"/h *.x`).commands
    assert.deepEqual(
      command?.arguments.map(({ value, isLiteral }) => [value, isLiteral]),
      [
        ['b c', true],
        ['de', true],
        ['$F', false],
        ['${G:-1}/h', false],
        ['*.x', false],
      ],
    )
  })

  test('are behind sudo, env, exec, timeout and the like', () => {
    assert.deepEqual(programs('sudo -u app -E A=1 /usr/bin/apt-get install'), ['apt-get install'])
    assert.deepEqual(programs('env -i A=b exec nice -n 5 timeout -k 5 10 make all'), ['make all'])
    assert.deepEqual(read('exec env A=b c').commands[0]?.wrappers, ['exec', 'env'])
    assert.deepEqual(programs('sudo'), [''])
  })

  test('know their assignments and redirections', () => {
    const [command, alone] = read('A=1 B=$x b >/dev/null 2>&1 <<<z; C=2').commands
    assert.deepEqual(
      command?.assignments.map(({ name, value }) => [name, value?.value, value?.isLiteral]),
      [
        ['A', '1', true],
        ['B', '$x', false],
      ],
    )
    assert.deepEqual(
      command?.redirections.map(({ operator, target }) => [operator, target?.value]),
      [
        ['>', '/dev/null'],
        ['>&', '1'],
        ['<<<', 'z'],
      ],
    )
    assert.deepEqual([alone?.program, alone?.programWord, alone?.assignments.length], ['', undefined, 1])
  })

  test('of one pipeline share a number', () => {
    const numbers = read('a | b | sh -c "c | d"; e').commands.map(({ pipeline }) => pipeline)
    assert.equal(numbers[0], numbers[1])
    assert.equal(numbers[1], numbers[2])
    assert.equal(numbers[3], numbers[4])
    assert.equal(new Set(numbers).size, 3)
  })

  test('know what is before them, whether they may be passed over, and whether their changes are lost', () => {
    const described = read('a && b || c; d | e; (f); g "$(h)"; if i; then j; fi; k').commands.map(
      (each) =>
        `${each.operatorBefore ?? ''} ${each.program}${each.isConditional ? '?' : ''}${each.isNested ? ' nested' : ''}`,
    )
    assert.deepEqual(described, [
      ' a',
      '&& b',
      '|| c?',
      '; d nested',
      '| e nested',
      '; f nested',
      '; g',
      ' h nested',
      '; i?',
      '; j?',
      '; k',
    ])
  })
})

describe('scripts in scripts', () => {
  test('are read, with places', () => {
    const script = `bash -eo pipefail -c 'apt-get update && rm x' && c`
    const { commands } = read(script)
    assert.deepEqual(
      commands.map(({ range }) => script.slice(range.start, range.end)),
      [`bash -eo pipefail -c 'apt-get update && rm x'`, 'apt-get update', 'rm x', 'c'],
    )
    assert.deepEqual(
      commands.map(({ isNested }) => isNested),
      [false, true, true, false],
    )
  })

  test('with escapes stand for the whole word', () => {
    const script = String.raw`sh -c "echo \"a\"; b"`
    const [, , inner] = read(script).commands
    assert.equal(inner?.program, 'b')
    assert.equal(script.slice(inner.range.start).startsWith('"echo'), true)
  })

  test('are no files, and no output of programs', () => {
    assert.deepEqual(programs('sh script.sh -c x'), ['sh script.sh -c x'])
    assert.deepEqual(programs('sh -c "$(curl a)"'), ['sh -c $(curl a)', 'curl a'])
  })

  test('are found in the exec form', () => {
    const text = 'FROM a\nRUN ["/bin/bash", "-c", "a | b"]\n'
    const instruction = parseDockerfile(text).document.instructions[1]
    assert.ok(instruction?.kind === 'run' && instruction.command.form === 'exec')
    const { commands } = readExecForm(instruction.command.arguments)
    assert.deepEqual(
      commands.map(({ program }) => program),
      ['bash', 'a', 'b'],
    )
    const last = commands.at(-1)
    assert.equal(text.slice(last?.range.start, last?.range.end), 'b')
  })
})

describe('places', () => {
  test('hold across continued lines, comments and here-documents', () => {
    const text = 'FROM a\nRUN apt-get update \\\n  # why\n  && rm -rf \\\n  /x\nRUN <<EOF\n  make\nEOF\n'
    const words = parseDockerfile(text).document.instructions.flatMap((instruction) => {
      if (instruction.kind !== 'run') return []
      const script = runScript(instruction)
      assert.ok(script.kind === 'shell')
      return readShellScript(script.script).commands.flatMap((command) => command.words)
    })
    assert.deepEqual(
      words.map(({ range }) => text.slice(range.start, range.end)),
      ['apt-get', 'update', 'rm', '-rf', '/x', 'make'],
    )
  })

  test('of every word hold the word, where it is written plainly', () => {
    const word = fc.stringMatching(/^[a-z]{1,5}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.constantFrom(' && ', '; ', ' | '), (names, separator) => {
        const script = names.join(separator)
        for (const each of read(script).commands.flatMap(({ words }) => words)) {
          assert.equal(script.slice(each.range.start, each.range.end), each.value)
        }
      }),
    )
  })
})

describe('what only bash understands', () => {
  /** Kinds with the text that they stand for. */
  function extensions(script: string): readonly string[] {
    return read(script).extensions.map(({ kind, range }) => `${kind} ${script.slice(range.start, range.end)}`)
  }

  test('is found in tests, loops, functions and redirections', () => {
    assert.deepEqual(extensions('[[ a == b ]] && ((i++)); for ((;;)); do a; done; function f { b; }; f() { c; }'), [
      'double-bracket [[ a == b ]]',
      'arithmetic-command ((i++))',
      'arithmetic-for for ((;;)); do a; done',
      'function-keyword function f { b; }',
    ])
    assert.deepEqual(extensions('a &>b 2>&1 >&2 >&- c>&d; e |& f; g <<<h; i <(j); case k in l) m;& esac'), [
      'redirect-both &>b',
      'redirect-both >&d',
      'pipe-both e |& f',
      'here-string <<<h',
      'process-substitution <(j)',
      'fall-through l) m;&',
    ])
  })

  test('is found in words and assignments', () => {
    assert.deepEqual(
      extensions('a=(1 2) b[1]=2 c+=3; declare -A d=([e]=f); echo {g,h} @(i|j) $\'k\' $"l" "{m,n}" {}'),
      [
        'array a=(1 2)',
        'array b[1]=2',
        'append c+=3',
        'array d=([e]=f)',
        'brace-expansion {g,h}',
        'extended-glob @(i|j)',
        "ansi-c-quote $'k'",
        'locale-string $"l"',
      ],
    )
    const expansions = 'echo ${a:1:2} "${a/b/c}" ${a^^} ${!a} ${a[0]} ${a@Q} ${a:-1} ${a#b} ${#a} $((1+1))'
    assert.deepEqual(extensions(expansions), [
      'substring ${a:1:2}',
      'replacement ${a/b/c}',
      'case-change ${a^^}',
      'indirection ${!a}',
      'array ${a[0]}',
      'indirection ${a@Q}',
    ])
  })

  test('knows the shell that reads it', () => {
    const { extensions: found, commands } = read(`[[ a ]]; bash -c 'source b; [[ c ]]; sh -c "[[ d ]]"'`)
    assert.deepEqual(
      found.map(({ shell }) => shell),
      [undefined, 'bash', 'sh'],
    )
    assert.equal(commands.find(({ program }) => program === 'source')?.shell, 'bash')
  })
})

describe('beside commands', () => {
  test('variables are found where they are expanded', () => {
    const script = `a $B "\${C:-d}" '$E' $1 $? \${F%x} \\$G $(h $I) sh -c 'j $K'`
    assert.deepEqual(
      read(script).variables.map(({ name, hasDefault }) => name + (hasDefault ? '?' : '')),
      ['B', 'C?', 'F', 'I'],
    )
    assert.deepEqual(
      read(`sh -c 'j $K'`).variables.map(({ name }) => name),
      ['K'],
    )
  })

  test('functions and commands in the background are told', () => {
    const { functions, commands } = read('f() { a; }; function g { b; }; c & d; (e; h) &')
    assert.deepEqual(functions, ['f', 'g'])
    assert.deepEqual(
      commands.filter(({ isInBackground }) => isInBackground).map(({ program }) => program),
      ['c', 'e', 'h'],
    )
  })

  test('variables that get a value are told', () => {
    const script = 'A=1 b; C+=2; export D=3 E; for F in g; do h; done; sh -c "I=1"'
    assert.deepEqual(read(script).assigned, ['A', 'C', 'D', 'F', 'I'])
  })

  test('a comment that ends the script has a place', () => {
    for (const [script, comment] of [
      ['a && b # c && d', '# c && d'],
      ['a && # b', '# b'],
      ['# a', '# a'],
      ['a; if b; then c; fi # d ', '# d'],
      ['a b#c "# d" \\#', undefined],
      ['a\n# b', undefined],
    ] as const) {
      const range = read(script).trailingComment
      assert.equal(range === undefined ? undefined : script.slice(range.start, range.end), comment, script)
    }
  })
})

describe('mistakes', () => {
  test('are told with a place, and the rest is read', () => {
    const { problems, commands } = read('a && if b; then c')
    assert.equal(commands[0]?.program, 'a')
    assert.ok(problems.length > 0)
    assert.deepEqual(read('a && b').problems, [])
  })

  test('nothing throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab $(){}[]|&;<>"\'\\`\n#!=-'.split('')) }), (script) => {
        read(script)
      }),
    )
  })

  test('depth and length cost time in proportion only', () => {
    for (const script of [`${'('.repeat(50_000)}a`, `${'$('.repeat(50_000)}a`, 'a "$(b)" '.repeat(20_000)]) {
      read(script)
    }
  })
})

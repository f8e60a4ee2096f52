import { insertLinesBefore } from '../../edit.ts'
import { runScript } from '../../run-script.ts'
import type { ShellCommand, ShellExtensionKind, ShellScript } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { bashWord } from '../facts/bash-words.ts'
import { builtSteps, runCommands, type BuiltStep } from '../facts/built-steps.ts'
import { fixOf } from '../edits/replace-text.ts'
import { shellDialect, type ShellDialect } from '../facts/shell-dialect.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { Fix, Rule, RuleInput } from '../rule.ts'

/** The language of bash in a script for a shell that does not know it. */
export const bashInSh: Rule = {
  name: 'BashInSh',
  category: 'mistake',
  severity: 'warning',
  summary: "a script has parts that only bash understands, and the base's /bin/sh is another shell",
  check(file, report) {
    const replaced = stagesWithOwnShell(file)
    const fixed = new Set<StageFacts>()
    for (const built of builtSteps(file)) {
      const script = built.step.script()
      if (script === undefined || replaced.has(built.stage)) continue
      const [first, ...others] = foundIn(built, script)
      if (first === undefined) continue
      const { fix } = fixed.has(built.stage) ? {} : fixFor(file, built, [first, ...others])
      if (fix !== undefined && first.fix === undefined) fixed.add(built.stage)
      report({
        message: `${first.what} is bash's language, and /bin/sh here is ${names[first.dialect]}`,
        range: first.range,
        cost: first.effect,
        hint:
          first.hint ?? 'Write SHELL ["/bin/bash", "-c"] above where the image has bash, or write it as POSIX has it.',
        ...(first.fails ? { severity: 'error' } : {}),
        related: others.slice(0, 5).map(({ what, range }) => ({ message: `${what}, too`, range })),
        ...(fix === undefined ? {} : { fix }),
      })
    }
  },
}

const names: Readonly<Record<ShellDialect, string>> = { bash: 'bash', busybox: "busybox's ash", dash: 'dash' }

/** Something that a shell does not know. */
interface Foreign {
  readonly what: string
  readonly range: TextRange
  readonly dialect: ShellDialect
  /** What the shell does then. */
  readonly effect: string
  /** Whether it surely ends with an error. */
  readonly fails: boolean
  readonly hint?: string
  /** What to write instead, at the same place. */
  readonly fix?: Fix['edits'][number]
}

const refuses = 'The shell refuses the whole script with a syntax error.'
const takesLiterally = 'The shell takes it literally, without a message.'

/** What dash and busybox make of bash's language; tried with dash 0.5.12 and busybox 1.35. Undefined is: it understands. */
const effects: Readonly<
  Record<ShellExtensionKind, { readonly what: string; readonly dash: string; readonly busybox?: string }>
> = {
  'double-bracket': {
    what: '[[ ]]',
    dash: 'The shell looks for a program of that name, so that the condition is never true.',
  },
  'arithmetic-command': {
    what: '(( ))',
    dash: 'The shell looks for a program of that name.',
    busybox: 'The shell looks for a program of that name.',
  },
  'arithmetic-for': { what: 'for (( ))', dash: refuses, busybox: refuses },
  'function-keyword': { what: 'the word function', dash: refuses },
  array: { what: 'an array', dash: refuses, busybox: refuses },
  append: {
    what: '+=',
    dash: 'The shell looks for a program of that name.',
    busybox: 'The shell looks for a program of that name.',
  },
  'process-substitution': { what: '<( )', dash: refuses },
  'here-string': { what: '<<<', dash: refuses, busybox: refuses },
  'redirect-both': { what: '&>', dash: 'The shell runs the command in the background, and does not wait for it.' },
  'pipe-both': { what: '|&', dash: refuses, busybox: refuses },
  'ansi-c-quote': { what: "$' '", dash: takesLiterally },
  'locale-string': { what: '$" "', dash: takesLiterally, busybox: takesLiterally },
  'brace-expansion': { what: 'a list in braces', dash: takesLiterally, busybox: takesLiterally },
  substring: { what: 'a part of a variable', dash: 'The shell ends with "Bad substitution".' },
  replacement: { what: 'a replacement in a variable', dash: 'The shell ends with "Bad substitution".' },
  'case-change': {
    what: 'a change of case',
    dash: 'The shell ends with "Bad substitution".',
    busybox: 'The shell ends with "bad substitution".',
  },
  indirection: {
    what: 'an indirect variable',
    dash: 'The shell ends with "Bad substitution".',
    busybox: 'The shell ends with "bad substitution".',
  },
  'extended-glob': { what: 'an extended pattern', dash: refuses, busybox: refuses },
  select: { what: 'select', dash: refuses, busybox: refuses },
  coproc: { what: 'coproc', dash: refuses, busybox: refuses },
  'fall-through': { what: ';&', dash: refuses, busybox: refuses },
}

function foundIn(built: BuiltStep, script: ShellScript): readonly Foreign[] {
  const { stage, step } = built
  const outer = outerShell(step)
  const dialectOf = (shell: string | undefined): ShellDialect | undefined => shellDialect(stage.base, shell ?? outer)
  const parts = script.extensions.flatMap(({ kind, range, shell }): readonly Foreign[] => {
    const dialect = dialectOf(shell)
    const { what, ...effect } = effects[kind]
    const found = dialect === undefined || dialect === 'bash' ? undefined : effect[dialect]
    if (found === undefined || dialect === undefined || isForOther(kind, range, script.commands)) return []
    return [{ what, range, dialect, effect: found, fails: found === refuses }]
  })
  const words = script.commands.flatMap((command): readonly Foreign[] => {
    const dialect = dialectOf(command.shell)
    if (dialect === undefined || dialect === 'bash' || script.functions.includes(command.program)) return []
    const found = bashWord(command, dialect, stage.base)
    return found === undefined ? [] : [{ ...found, dialect }]
  })
  return [...parts, ...words].toSorted((a, b) => a.range.start - b.range.start)
}

/** The shell that reads the script of a step: that of the stage, or that of `#!`. */
function outerShell({ evaluated: { instruction }, shell }: Step): string {
  const script = instruction.kind === 'run' ? runScript(instruction) : undefined
  if (script?.kind !== 'file') return shell[0] ?? ''
  const words = (script.content.value.slice(2).split('\n', 1)[0] ?? '').trim().split(/\s+/)
  return words.find((word, index) => (index > 0 || !word.endsWith('/env')) && !/^-|=/.test(word)) ?? ''
}

/** curl and git read lists in braces themselves, and a `{}` of find is none. */
function isForOther(kind: ShellExtensionKind, range: TextRange, commands: readonly ShellCommand[]): boolean {
  if (kind !== 'brace-expansion') return false
  const command = commands.findLast((each) => each.range.start <= range.start && range.end <= each.range.end)
  return (
    command === undefined ||
    ['curl', 'git', 'echo', 'printf', 'find', 'jq', 'sed', 'awk', 'grep'].includes(command.program)
  )
}

/** Stages in which something puts another shell in the place of /bin/sh, and stages on top of these. */
function stagesWithOwnShell({ stages }: RuleInput): ReadonlySet<StageFacts> {
  const found = new Set<StageFacts>()
  for (const stage of stages) {
    const isInherited = stage.parent !== undefined && found.has(stage.parent)
    if (isInherited || stage.steps.some((step) => replacesShell(step))) found.add(stage)
  }
  return found
}

function replacesShell(step: Step): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'copy') return /(?:^|\/)bin\/(?:sh|dash)?\/?$/.test(evaluated.destination)
  if (evaluated.kind !== 'run') return false
  return runCommands(step).some(
    ({ program, words }) =>
      program === 'dpkg-reconfigure' ||
      program === 'debconf-set-selections' ||
      (['ln', 'mv', 'cp', 'rm', 'update-alternatives', 'dpkg-divert'].includes(program) &&
        words.some(({ value }) => /^(?:\/usr)?\/bin\/(?:sh|dash)$/.test(value))),
  )
}

/** The same in POSIX's words where all of it can be said so, or bash for the instructions from here on. */
function fixFor(file: RuleInput, { stage, step }: BuiltStep, found: readonly Foreign[]): { readonly fix?: Fix } {
  const replacements = found.flatMap(({ fix }) => fix ?? [])
  if (replacements.length === found.length) return fixOf('write it as POSIX has it', 'unsafe', replacements)
  const isOuter = step.shell.length === 2 && step.shell[0] === '/bin/sh' && step.shell[1] === '-c'
  if (!isOuter || stage.base.hasProgram('bash') !== true) return {}
  const { instruction } = step.evaluated
  if ('command' in instruction && instruction.command?.form === 'exec') return {}
  const line = insertLinesBefore(file.document, instruction, ['SHELL ["/bin/bash", "-c"]'], { aboveComments: true })
  return fixOf('let bash run the commands from here on', 'unsafe', [line])
}

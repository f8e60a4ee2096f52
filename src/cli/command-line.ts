import { Argument, Command, CommanderError, Option } from 'commander'
import { typedOptions, type RawLine } from './command.ts'
import type { ArgumentSpec, CommandSpec, OptionSpec, OptionSpecs } from './command-spec.ts'
import { wrongUsage } from './errors.ts'
import { globalOptions, helpOptionOf, type GlobalOptions } from './global-options.ts'

type Values = Readonly<Record<string, unknown>>

/** The line up to the name of the command. `name` is undefined where there is none. */
export interface LineStart {
  readonly help: boolean
  readonly name: string | undefined
  /** What follows the name, not looked at yet. */
  readonly rest: readonly string[]
  readonly options: Values
}

/**
 * Reads the global options before the command's name, and the name.
 *
 * @throws CliError `wrong-usage`
 */
export function parseStart(argv: readonly string[]): LineStart {
  const command = createCommand(globalOptions, 'wherry').argument('[words...]').passThroughOptions()
  if (parse(command, withPlainFlags(argv, globalOptions), 'wherry --help') === 'help') {
    return { help: true, name: undefined, rest: [], options: {} }
  }
  const [name, ...rest] = command.args
  return { help: false, name, rest, options: givenOptions(command, globalOptions) }
}

/**
 * Reads what follows the name of a command. Options stand anywhere, also between and behind arguments, until `--`; or only before the
 * first argument, where the command says so.
 *
 * @param before options that were given before the name.
 * @returns `help` when help was asked for.
 * @throws CliError `wrong-usage`
 */
export function parseRest(
  name: string,
  spec: CommandSpec,
  rest: readonly string[],
  before: Values,
): 'help' | { readonly line: RawLine; readonly globals: GlobalOptions } {
  const specs: OptionSpecs = { ...globalOptions, ...spec.options }
  const command = createCommand(specs, name)
  for (const argument of Object.values(spec.arguments)) command.addArgument(commanderArgument(argument))
  const words = spec.optionsEndAtFirstArgument === true ? endedOptions(rest, specs) : rest
  if (parse(command, withPlainFlags(words, specs), `wherry ${name} --help`) === 'help') return 'help'
  const given = { ...before, ...givenOptions(command, specs) }
  const processed = Object.keys(spec.arguments).map((key, index) => [key, command.processedArgs[index]] as const)
  return {
    line: { arguments: Object.fromEntries(processed), options: withDefaults(specs, given) },
    globals: typedOptions(globalOptions, withDefaults(globalOptions, given)),
  }
}

function createCommand(specs: OptionSpecs, name: string): Command {
  const command = new Command(name)
    .helpOption(helpOptionOf(specs).short === undefined ? '--help' : '-h, --help')
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ formatHelp: () => '' })
    .action(() => undefined)
  for (const [long, spec] of Object.entries(specs)) {
    for (const option of commanderOptions(long, spec)) command.addOption(option)
  }
  return command
}

/** Puts `--` where the options end: before the first word that is neither one of them nor the value of one. */
function endedOptions(words: readonly string[], specs: OptionSpecs): readonly string[] {
  let end = 0
  for (; end < words.length; end += 1) {
    const word = words[end] ?? ''
    if (word === '--') return words
    if (word === '-' || !word.startsWith('-')) break
    if (wantsNextWord(word, specs)) end += 1
  }
  return [...words.slice(0, end), '--', ...words.slice(end)]
}

/** Whether the value of an option, or of the last one of several letters, is a word of its own. */
function wantsNextWord(word: string, specs: OptionSpecs): boolean {
  const hasValue = (spec: OptionSpec | undefined): boolean =>
    spec?.kind === 'text' || spec?.kind === 'list' || (spec?.kind === 'choice' && spec.implied === undefined)
  if (word.startsWith('--')) {
    const name = word.slice(2)
    return Object.hasOwn(specs, name) && hasValue(specs[name])
  }
  const letters = word.slice(1).split('')
  const valued = letters.findIndex((letter) => hasValue(Object.values(specs).find(({ short }) => short === letter)))
  return valued !== -1 && valued === letters.length - 1
}

function commanderArgument(spec: ArgumentSpec): Argument {
  switch (spec.kind) {
    case 'one':
      return new Argument(`<${spec.name}>`)
    case 'optional':
      return new Argument(`[${spec.name}]`)
    case 'many':
      return new Argument(`<${spec.name}...>`)
    case 'any':
      return new Argument(`[${spec.name}...]`)
  }
}

function commanderOptions(long: string, spec: OptionSpec): readonly Option[] {
  const flags = spec.short === undefined ? `--${long}` : `-${spec.short}, --${long}`
  if (spec.kind === 'flag' || spec.kind === 'switch') {
    return [plainOption(flags), new Option(`--no-${long}`).hideHelp()]
  }
  const option = plainOption(`${flags} <${spec.value}>`)
  if (spec.kind === 'choice') return [option.choices(spec.choices)]
  if (spec.kind === 'text') return [option]
  const { separator } = spec
  const valuesOf = (text: string): readonly string[] => (separator === undefined ? [text] : text.split(separator))
  return [option.argParser<readonly string[]>((value, before = []) => [...before, ...valuesOf(value)])]
}

/** An option that is called `no-cache` is one of its own: commander would make it the opposite of `cache`. */
function plainOption(flags: string): Option {
  const option = new Option(flags)
  option.negate = false
  return option
}

/**
 * Options as people write them, as commander knows them: `--tls-verify=false` of Go's tools is `--no-tls-verify`, and a choice
 * without its value gets the one that it implies.
 */
function withPlainFlags(argv: readonly string[], specs: OptionSpecs): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    const match = end === -1 || index < end ? /^--([a-z-]+)(?:=(.*))?$/s.exec(word) : null
    const [, name = '', value] = match ?? []
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (value === undefined)
      return spec?.kind === 'choice' && spec.implied !== undefined ? `${word}=${spec.implied}` : word
    if (spec?.kind !== 'flag' && spec?.kind !== 'switch') return word
    if (/^(?:true|1)$/i.test(value)) return `--${name}`
    if (/^(?:false|0)$/i.test(value)) return `--no-${name}`
    return wrongUsage(`--${name} is true or false, not ${JSON.stringify(value)}`)
  })
}

function parse(command: Command, argv: readonly string[], help: string): 'help' | 'parsed' {
  try {
    command.parse(argv, { from: 'user' })
    return 'parsed'
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed') return 'help'
    // Commander puts its suggestion on a line of its own, in brackets.
    const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
    const see = `See ${help}.`
    return wrongUsage(message, suggestion === undefined ? see : `${suggestion.replace(/^\((.*)\)$/, '$1')} ${see}`)
  }
}

/** Values by the options' own names, of those that were given. */
function givenOptions(command: Command, specs: OptionSpecs): Values {
  const values: Readonly<Record<string, unknown>> = command.opts()
  const entries = Object.keys(specs).map((long) => [long, values[plainOption(`--${long}`).attributeName()]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function withDefaults(specs: OptionSpecs, given: Values): Values {
  const entries = Object.entries(specs).map(([long, spec]) => {
    const absent = spec.kind === 'flag' ? false : spec.kind === 'list' ? [] : undefined
    return [long, given[long] ?? absent] as const
  })
  return Object.fromEntries(entries)
}

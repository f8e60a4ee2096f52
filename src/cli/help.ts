import type { ArgumentSpec, CommandSpec, OptionSpec, OptionSpecs } from './command-spec.ts'
import { commandGroups, type CommandEntry } from './commands.ts'
import { globalOptions, helpOptionOf } from './global-options.ts'
import type { Style } from '../std/style.ts'
import { padEnd, textWidth, wrap } from '../std/text-width.ts'

const columnsMax = 80

const environmentVariables = [
  ['WHERRY_STORE', 'Where images are kept, if not by --store'],
  ['WHERRY_CONFIG', 'The configuration file, if not ~/.config/wherry/config.yaml'],
  ['DOCKER_CONFIG', "The folder of docker's config.json, which holds logins"],
  ['NO_COLOR', 'If set, print without colours'],
] as const

/** `wherry --help`: every command by its group. */
export function overviewHelp(entries: readonly CommandEntry[], style: Style): string {
  const groups = commandGroups.map((group) => {
    const rows = entries.filter((entry) => entry.group === group).map((entry) => [entry.name, entry.summary] as const)
    return section(group, rows, style)
  })
  return [
    'wherry judges, mends and builds Dockerfiles, makes base images, and moves images\nbetween registries, a local store and files.\n',
    usage('wherry [OPTIONS] COMMAND [ARGUMENTS]', style),
    ...groups,
    section('Options', optionRows({ ...globalOptions, help: helpOptionOf({}), ...versionOption }), style),
    section('Environment', environmentVariables, style),
    'See wherry COMMAND --help for what a command takes, with examples.\n',
  ].join('\n')
}

/** `wherry COMMAND --help`. */
export function commandHelp(entry: CommandEntry, spec: CommandSpec, style: Style): string {
  const parts = Object.values(spec.arguments)
  const words = ['wherry', entry.name, '[OPTIONS]', ...parts.map(usageWord)].join(' ')
  const aliases = entry.aliases === undefined ? '' : `\n${style.bold('Also called:')} ${entry.aliases.join(', ')}\n`
  const general = Object.entries(globalOptions).filter(([long]) => !Object.hasOwn(spec.options, long))
  const notes = (spec.notes ?? []).map((note) => `${wrap(note, columnsMax).join('\n')}\n`)
  const examples = spec.examples.map(
    (example) =>
      `${wrap(example.summary, columnsMax - 4)
        .map((line) => `  ${style.dim(`# ${line}`)}\n`)
        .join('')}  ${example.line}\n`,
  )
  return [
    `${entry.summary}.\n`,
    usage(words, style) + aliases,
    ...notes,
    ...sections(
      'Arguments',
      parts.map((part) => [part.name, part.summary] as const),
      style,
    ),
    ...sections('Options', optionRows(spec.options), style),
    section('General options', optionRows({ ...Object.fromEntries(general), help: helpOptionOf(spec.options) }), style),
    `${style.bold('Examples')}\n${examples.join('\n')}`,
  ].join('\n')
}

const versionOption = { version: { kind: 'flag', short: 'V', summary: 'Print the version' } } as const

function usage(words: string, style: Style): string {
  return `${style.bold('Usage:')} ${words}\n`
}

function usageWord(argument: ArgumentSpec): string {
  switch (argument.kind) {
    case 'one':
      return argument.name
    case 'optional':
      return `[${argument.name}]`
    case 'many':
      return `${argument.name}...`
    case 'any':
      return `[${argument.name}...]`
  }
}

type Row = readonly [left: string, right: string]

function optionRows(specs: OptionSpecs): readonly Row[] {
  return Object.entries(specs).flatMap(([long, spec]) =>
    spec.isHidden === true ? [] : [[optionWords(long, spec), optionSummary(spec)] as const],
  )
}

function optionWords(long: string, spec: OptionSpec): string {
  const flags = spec.short === undefined ? `    --${long}` : `-${spec.short}, --${long}`
  if (spec.kind === 'flag') return flags
  if (spec.kind === 'switch') return `${flags}[=BOOL]`
  return spec.kind === 'choice' && spec.implied !== undefined ? `${flags}[=${spec.value}]` : `${flags} ${spec.value}`
}

function optionSummary(spec: OptionSpec): string {
  return spec.kind === 'choice' ? `${spec.summary}: ${spec.choices.join(', ')}` : spec.summary
}

function sections(title: string, rows: readonly Row[], style: Style): readonly string[] {
  return rows.length === 0 ? [] : [section(title, rows, style)]
}

/** Two columns; the right one is broken into lines. A left cell that is too long stands on a line of its own. */
function section(title: string, rows: readonly Row[], style: Style): string {
  const left = Math.min(
    28,
    rows.reduce((widest, [cell]) => Math.max(widest, textWidth(cell)), 0),
  )
  const indent = ' '.repeat(left + 4)
  const lines = rows.flatMap(([cell, text]) => {
    const [first = '', ...rest] = wrap(text, columnsMax - indent.length)
    const begin = textWidth(cell) > left ? [`  ${cell}`, `${indent}${first}`] : [`  ${padEnd(cell, left)}  ${first}`]
    return [...begin, ...rest.map((line) => `${indent}${line}`)]
  })
  return `${style.bold(title)}\n${lines.map((line) => `${line}\n`).join('')}`
}

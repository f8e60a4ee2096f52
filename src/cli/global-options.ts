import type { OptionSpec, OptionSpecs, OptionValues } from './command-spec.ts'

export const progressModes = ['auto', 'plain', 'rawjson', 'quiet'] as const

/** What every command takes, before its name or behind it. */
export const globalOptions = {
  store: { kind: 'text', value: 'DIR', completes: 'directory', summary: 'Keep images in this folder' },
  progress: { kind: 'choice', value: 'MODE', choices: progressModes, summary: 'How to report progress on stderr' },
  quiet: { kind: 'flag', short: 'q', summary: 'Report no progress' },
  debug: { kind: 'flag', summary: 'Print the causes of an error too' },
} as const

export type GlobalOptions = OptionValues<typeof globalOptions>

/** Help beside a command's own options. It has no letter where the command has another use for `-h`. */
export function helpOptionOf(options: OptionSpecs): OptionSpec {
  const isTaken = Object.values(options).some(({ short }) => short === 'h')
  return { kind: 'flag', ...(isTaken ? {} : { short: 'h' }), summary: 'Print this help' }
}

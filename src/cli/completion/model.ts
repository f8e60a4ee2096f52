import type { ArgumentSpec, DescribedCommand, OptionSpec, OptionSpecs } from '../command-spec.ts'
import { globalOptions, helpOptionOf } from '../global-options.ts'

/** How a word is completed: from fixed words, or by the shell, or by asking wherry for the store's references. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'directory' | 'reference' | 'none' }

export interface CompletedOption {
  /** As typed: `-q`, `--quiet`. */
  readonly flags: readonly string[]
  readonly long: string
  readonly short: string | undefined
  readonly summary: string
  /** Undefined for what takes no value. */
  readonly value: { readonly name: string; readonly candidates: Candidates } | undefined
  readonly repeatable: boolean
}

export interface CompletedCommand {
  /** The name and its aliases. */
  readonly names: readonly string[]
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** For each argument in turn; the last one counts for all that follow if `repeats`. */
  readonly arguments: readonly { readonly name: string; readonly candidates: Candidates; readonly repeats: boolean }[]
}

/** What stands before the command's name. */
export function completedGlobalOptions(): readonly CompletedOption[] {
  return completedOptions({ ...globalOptions, help: helpOptionOf({}) })
}

/** A command as completion scripts see it, with the general options among its own. */
export function completedCommand(command: DescribedCommand): CompletedCommand {
  return {
    names: [command.name, ...command.aliases],
    summary: command.summary,
    options: completedOptions({ ...globalOptions, ...command.spec.options, help: helpOptionOf(command.spec.options) }),
    arguments: Object.values(command.spec.arguments).map((argument) => ({
      name: argument.name,
      candidates: argumentCandidates(argument),
      repeats: argument.kind === 'many' || argument.kind === 'any',
    })),
  }
}

function argumentCandidates(argument: ArgumentSpec): Candidates {
  if (argument.choices !== undefined) return { kind: 'words', words: argument.choices }
  return { kind: argument.completes ?? 'none' }
}

function completedOptions(specs: OptionSpecs): readonly CompletedOption[] {
  const told = Object.entries(specs).filter(([, spec]) => spec.isHidden !== true)
  return told.map(([long, spec]) => ({
    flags: [...(spec.short === undefined ? [] : [`-${spec.short}`]), `--${long}`],
    long,
    short: spec.short,
    summary: spec.summary,
    value: optionValue(spec),
    repeatable: spec.kind === 'list',
  }))
}

function optionValue(spec: OptionSpec): CompletedOption['value'] {
  switch (spec.kind) {
    case 'flag':
    case 'switch':
      return undefined
    case 'choice':
      // A value that may be left out is only taken behind `=`, so the next word is another one.
      if (spec.implied !== undefined) return undefined
      return { name: spec.value, candidates: { kind: 'words', words: spec.choices } }
    case 'text':
    case 'list':
      return { name: spec.value, candidates: { kind: spec.completes ?? 'none' } }
  }
}

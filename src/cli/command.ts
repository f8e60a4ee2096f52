import { assert } from '../std/assert.ts'
import type { ArgumentSpecs, ArgumentValues, CommandSpec, OptionSpecs, OptionValues } from './command-spec.ts'
import type { CommandContext } from './context.ts'
import type { CommandOutcome } from './exit-status.ts'

/** Values that were read from a command line, before they are given their types. */
export interface RawLine {
  readonly arguments: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
}

export interface CommandDefinition {
  readonly spec: CommandSpec
  run(context: CommandContext, line: RawLine): Promise<CommandOutcome>
  /** The status of what goes wrong, where it is not that of all other commands. */
  readonly failureStatus?: FailureStatus | undefined
}

export type FailureStatus = (error: unknown) => number

/** Joins a command's data to the function that does it, whose arguments and options have the types that the data says. */
export function defineCommand<const Arguments extends ArgumentSpecs, const Options extends OptionSpecs>(
  spec: Omit<CommandSpec, 'arguments' | 'options'> & { readonly arguments: Arguments; readonly options: Options },
  run: (
    context: CommandContext,
    values: ArgumentValues<Arguments>,
    options: OptionValues<Options>,
  ) => Promise<CommandOutcome>,
  failureStatus?: FailureStatus,
): CommandDefinition {
  return {
    spec,
    failureStatus,
    run(context, line) {
      assert(argumentsFit(spec.arguments, line.arguments), 'the parser gave arguments of another type')
      return run(context, line.arguments, typedOptions(spec.options, line.options))
    },
  }
}

/** The parser's values of these options, with the types that their data says. */
export function typedOptions<const Options extends OptionSpecs>(
  specs: Options,
  values: Readonly<Record<string, unknown>>,
): OptionValues<Options> {
  assert(optionsFit(specs, values), 'the parser gave options of another type')
  return values
}

function argumentsFit<Specs extends ArgumentSpecs>(
  specs: Specs,
  values: Readonly<Record<string, unknown>>,
): values is ArgumentValues<Specs> {
  return Object.entries(specs).every(([name, spec]) => {
    const value = values[name]
    if (spec.kind === 'one') return typeof value === 'string'
    if (spec.kind === 'optional') return value === undefined || typeof value === 'string'
    return isTextList(value)
  })
}

function optionsFit<Specs extends OptionSpecs>(
  specs: Specs,
  values: Readonly<Record<string, unknown>>,
): values is OptionValues<Specs> {
  return Object.entries(specs).every(([name, spec]) => {
    const value = values[name]
    switch (spec.kind) {
      case 'flag':
        return typeof value === 'boolean'
      case 'switch':
        return value === undefined || typeof value === 'boolean'
      case 'list':
        return isTextList(value)
      case 'text':
        return value === undefined || typeof value === 'string'
      case 'choice':
        return value === undefined || (typeof value === 'string' && spec.choices.includes(value))
    }
  })
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

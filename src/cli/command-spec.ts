/** What a shell offers for an argument or a value. */
export type Completion = 'file' | 'directory' | 'reference' | 'none'

interface ArgumentBase {
  /** As shown in help: `REF`. */
  readonly name: string
  readonly summary: string
  readonly completes?: Completion
}

/** `one` must be given, `optional` may be, `many` is one or more, `any` is none or more and takes what is left. */
export interface ArgumentSpec extends ArgumentBase {
  readonly kind: 'one' | 'optional' | 'many' | 'any'
  /** If it is one of a few words. */
  readonly choices?: readonly string[]
}

interface OptionBase {
  readonly summary: string
  /** Taken, and not told of: what scripts for other tools give. */
  readonly isHidden?: boolean
  /** One letter, without the dash. */
  readonly short?: string
}

interface ValueOption {
  /** As shown in help: `FILE`. */
  readonly value: string
  readonly completes?: Completion
}

/**
 * An option of a command, by its kind:
 *
 * - `flag` is there or not;
 * - `switch` is like a flag, but `--name=false` differs from not giving it;
 * - `text` has a value;
 * - `list` has a value and may be given several times; with a `separator`, one value may hold several too;
 * - `choice` has one of a few values; with `implied`, the value may be left out, and is only taken behind `=`.
 */
export type OptionSpec =
  | (OptionBase & { readonly kind: 'flag' })
  | (OptionBase & { readonly kind: 'switch' })
  | (OptionBase & ValueOption & { readonly kind: 'text' })
  | (OptionBase & ValueOption & { readonly kind: 'list'; readonly separator?: string })
  | (OptionBase & {
      readonly kind: 'choice'
      readonly value: string
      readonly choices: readonly string[]
      readonly implied?: string
    })

export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>
/** By long name, without the dashes. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

type ArgumentValue<Spec extends ArgumentSpec> = Spec extends { kind: 'one' }
  ? string
  : Spec extends { kind: 'optional' }
    ? string | undefined
    : readonly string[]

type OptionValue<Spec extends OptionSpec> = Spec extends { kind: 'flag' }
  ? boolean
  : Spec extends { kind: 'switch' }
    ? boolean | undefined
    : Spec extends { kind: 'list' }
      ? readonly string[]
      : Spec extends { kind: 'choice'; choices: readonly (infer Choice)[] }
        ? Choice | undefined
        : string | undefined

/** The arguments of a command with the types that their data says. */
export type ArgumentValues<Specs extends ArgumentSpecs> = { readonly [Name in keyof Specs]: ArgumentValue<Specs[Name]> }
/** The options of a command with the types that their data says. */
export type OptionValues<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: OptionValue<Specs[Name]> }

/** What one command takes, as data: the parser, the help and the completions are made from it. */
export interface CommandSpec {
  readonly arguments: ArgumentSpecs
  readonly options: OptionSpecs
  /** Whether everything behind the first argument belongs to somebody else's command line: no option of ours is looked for there. */
  readonly optionsEndAtFirstArgument?: boolean
  /** More than the summary: what the command promises and what may surprise. Paragraphs, not broken into lines. */
  readonly notes?: readonly string[]
  readonly examples: readonly { readonly line: string; readonly summary: string }[]
}

/** A command with all that help and completions tell about it. */
export interface DescribedCommand {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  readonly spec: CommandSpec
}

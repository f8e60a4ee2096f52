import type { ShellCommand, ShellWord } from '../../shell-command.ts'

/** An option of a command, one for each letter of `-fsSL`. */
export interface CommandOption {
  /** With its dashes: `-k`, `--insecure`. */
  readonly name: string
  /** The word that it stands in. */
  readonly word: ShellWord
  /** What it takes: behind `=`, behind the letter, or the next word. Undefined where it takes nothing. */
  readonly value: string | undefined
  /** Where the value stands: `word`, or the next. */
  readonly valueWord: ShellWord | undefined
}

/** The arguments of a command, told apart. */
export interface CommandOptions {
  readonly options: readonly CommandOption[]
  /** Everything else, in order. */
  readonly operands: readonly ShellWord[]
}

/**
 * Reads the arguments of a command as most programs read theirs: letters may be joined, `--` ends the options.
 *
 * @param withValue The options that take a value, as {@link optionNames} lists them.
 */
export function readOptions(
  { arguments: words }: Pick<ShellCommand, 'arguments'>,
  withValue: ReadonlySet<string>,
): CommandOptions {
  const options: CommandOption[] = []
  const operands: ShellWord[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined) break
    if (word.value === '--') {
      operands.push(...words.slice(at + 1))
      break
    }
    if (!word.value.startsWith('-') || word.value === '-') {
      operands.push(word)
      continue
    }
    const found = optionsOfWord(word, withValue)
    const last = found.at(-1)
    const next = words[at + 1]
    if (last !== undefined && last.value === undefined && withValue.has(last.name) && next !== undefined) {
      found[found.length - 1] = { ...last, value: next.value, valueWord: next }
      at += 1
    }
    options.push(...found)
  }
  return { options, operands }
}

/** A list for {@link readOptions}: `-o -u --output`. */
export function optionNames(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}

/** The first of some options that a command has. */
export function findOption({ options }: CommandOptions, ...names: readonly string[]): CommandOption | undefined {
  return options.find(({ name }) => names.includes(name))
}

function optionsOfWord(word: ShellWord, withValue: ReadonlySet<string>): CommandOption[] {
  const { value: text } = word
  if (text.startsWith('--')) {
    const equals = text.indexOf('=')
    return equals === -1
      ? [{ name: text, word, value: undefined, valueWord: undefined }]
      : [{ name: text.slice(0, equals), word, value: text.slice(equals + 1), valueWord: word }]
  }
  const found: CommandOption[] = []
  for (let at = 1; at < text.length; at += 1) {
    const name = `-${text.charAt(at)}`
    const rest = text.slice(at + 1)
    if (withValue.has(name) && rest !== '') {
      found.push({ name, word, value: rest, valueWord: word })
      break
    }
    found.push({ name, word, value: undefined, valueWord: undefined })
  }
  return found
}

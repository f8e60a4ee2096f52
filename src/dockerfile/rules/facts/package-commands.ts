import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { packageManagers, type ManagerCommands, type PackageAction, type PackageManager } from './package-managers.ts'
import { remembered } from './remembered.ts'

/** What a command asks of a package manager. */
export interface PackageCommand {
  readonly manager: PackageManager
  readonly action: PackageAction
  /** The packages that it names, of an installation or a removal. */
  readonly packages: readonly ShellWord[]
  /** Everything that begins with `-`, also before the action; values that follow as words of their own are left out. */
  readonly options: readonly ShellWord[]
  /** The word that names the action: `install`. */
  readonly actionWord: ShellWord
}

interface KnownManager {
  readonly name: PackageManager
  readonly withValue: readonly string[]
  readonly actions: ReadonlyMap<string, PackageAction>
  /** By the first word, the actions of the second. */
  readonly pairs: ReadonlyMap<string, ReadonlyMap<string, PackageAction>>
}

const byProgram: ReadonlyMap<string, KnownManager> = new Map(
  managerNames().flatMap((name) => {
    const { programs, withValue, actions, pairs = {} }: ManagerCommands = packageManagers[name]
    const ofPairs = Object.entries(pairs).map(([first, seconds]) => [first, new Map(Object.entries(seconds))] as const)
    const known = { name, withValue, actions: new Map(Object.entries(actions)), pairs: new Map(ofPairs) }
    return programs.map((program) => [program, known] as const)
  }),
)

function managerNames(): readonly PackageManager[] {
  return ['apt', 'apk', 'dnf', 'zypper', 'pacman', 'npm', 'yarn', 'pnpm', 'pip', 'gem', 'composer', 'conda']
}

/** What a command asks of a package manager. Undefined where it is none, or is asked for something else. */
export const packageCommand: (command: ShellCommand) => PackageCommand | undefined = remembered(
  (command) => {
    const { program, words } = pipOfPython(command)
    const found = byProgram.get(program)
    if (found === undefined) return undefined
    const { name, withValue } = found
    if (name === 'pacman') return pacmanCommand(words)
    const { options, plain } = separate(words, withValue)
    const [actionWord, ...rest] = plain
    if (actionWord === undefined) return undefined
    const pairs = found.pairs.get(actionWord.value)
    const action = pairs === undefined ? found.actions.get(actionWord.value) : pairs.get(rest[0]?.value ?? '')
    if (action === undefined) return undefined
    const isNamed = action === 'install' || action === 'remove' || action === 'upgrade'
    const packages = pairs === undefined ? rest : rest.slice(1)
    return { manager: name, action, packages: isNamed ? packages : [], options, actionWord }
  },
  ({ program }) => !byProgram.has(program) && !/^(?:pip|python|uv$)/.test(program),
)

/** Tells options from other words. What an option takes belongs to neither. */
function separate(
  words: readonly ShellWord[],
  withValue: readonly string[],
): { readonly options: readonly ShellWord[]; readonly plain: readonly ShellWord[] } {
  const options: ShellWord[] = []
  const plain: ShellWord[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined || word.value === '--') continue
    if (!isOption(word)) plain.push(word)
    else {
      options.push(word)
      if (takesNext(word.value, withValue)) at += 1
    }
  }
  return { options, plain }
}

/** `-t stable`, and `-yt stable`, where only the last letter can take a value. */
function takesNext(option: string, withValue: readonly string[]): boolean {
  if (withValue.includes(option)) return true
  if (!/^-[A-Za-z]{2,}$/.test(option)) return false
  const letters = option
    .slice(1)
    .split('')
    .map((letter) => `-${letter}`)
  return letters.findIndex((letter) => withValue.includes(letter)) === letters.length - 1
}

/** Whether the options of a command have one of these, as it is or with `=value`. Short ones also count in `-yq`. */
export function hasOption({ options }: PackageCommand, ...names: readonly string[]): boolean {
  return options.some(({ value }) =>
    names.some((name) =>
      /^-[A-Za-z]$/.test(name)
        ? /^-[A-Za-z]+$/.test(value) && value.includes(name.charAt(1))
        : value === name || value.startsWith(`${name}=`),
    ),
  )
}

/** `python3 -m pip install` is `pip install`. */
function pipOfPython({ program, arguments: words }: ShellCommand): {
  readonly program: string
  readonly words: readonly ShellWord[]
} {
  const isModule = words[0]?.value === '-m' && words[1]?.value === 'pip'
  if (/^python[0-9.]*$/.test(program) && isModule) return { program: 'pip', words: words.slice(2) }
  // `uv pip install`
  if (program === 'uv' && words[0]?.value === 'pip') return { program: 'pip', words: words.slice(1) }
  return { program: /^pip[0-9.]+$/.test(program) ? 'pip3' : program, words }
}

function isOption({ value }: ShellWord): boolean {
  return value.startsWith('-') && value !== '-'
}

/** pacman names its actions by options: `-S package`, `-Syu`, `-Rns`, `-Scc`. */
function pacmanCommand(words: readonly ShellWord[]): PackageCommand | undefined {
  const { options, plain: packages } = separate(words, packageManagers.pacman.withValue)
  const actionWord = options.find(({ value }) => /^-[SRU][a-z]*$|^--(?:sync|remove|upgrade)$/.test(value))
  if (actionWord === undefined) return undefined
  const letters = actionWord.value.startsWith('--') ? `-${actionWord.value.charAt(2).toUpperCase()}` : actionWord.value
  const action = letters.startsWith('-R')
    ? 'remove'
    : letters.includes('c')
      ? 'clean'
      : packages.length > 0
        ? 'install'
        : letters.includes('u')
          ? 'upgrade'
          : 'update'
  return { manager: 'pacman', action, packages: action === 'clean' ? [] : packages, options, actionWord }
}

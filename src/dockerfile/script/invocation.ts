import type { ShellCommand, ShellWord } from '../shell-command.ts'

/** What is known of a command before its words are looked at. */
export type PlainCommand = Omit<ShellCommand, 'program' | 'programWord' | 'arguments' | 'wrappers'>

/** Programs that run another program, and their options that take the word behind them. */
const wrapperOptions: ReadonlyMap<string, readonly string[]> = new Map([
  ['sudo', ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-T', '-U', '-D', '-R', '--user', '--group', '--chdir']],
  ['doas', ['-u', '-C']],
  ['env', ['-u', '-C', '--unset', '--chdir']],
  ['exec', ['-a']],
  ['command', []],
  ['builtin', []],
  ['nohup', []],
  ['setsid', []],
  ['nice', ['-n', '--adjustment']],
  ['ionice', ['-c', '-n', '-p']],
  ['time', ['-f', '-o']],
  ['timeout', ['-s', '-k', '--signal', '--kill-after']],
  ['stdbuf', ['-i', '-o', '-e']],
  ['chroot', ['--userspec', '--groups']],
  ['gosu', []],
  ['su-exec', []],
  ['setpriv', []],
  ['tini', ['-p', '-e']],
  ['dumb-init', ['-r']],
  ['catchsegv', []],
  ['unbuffer', []],
  ['retry', []],
  ['eatmydata', []],
  ['fakeroot', []],
])

/** Wrappers whose first word behind the options is not the program: a user, a duration, a folder. */
const takesOneWord: ReadonlySet<string> = new Set(['timeout', 'gosu', 'su-exec', 'chroot'])

/** Shells that take a script with `-c`. */
export const shellNames: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh'])

/** Finds the program that a command runs, behind its wrappers. */
export function describeCommand(command: PlainCommand): ShellCommand {
  const { words } = command
  const wrappers: string[] = []
  let at = 0
  for (let name = programOf(words[at]); wrapperOptions.has(name); name = programOf(words[at])) {
    wrappers.push(name)
    at = behindWrapper(words, at + 1, name)
  }
  const programWord = words[at]
  return { ...command, wrappers, programWord, program: programOf(programWord), arguments: words.slice(at + 1) }
}

/** Where the command of a wrapper begins. */
function behindWrapper(words: readonly ShellWord[], start: number, name: string): number {
  const withValue = wrapperOptions.get(name) ?? []
  let at = start
  for (let word = words[at]?.value; word !== undefined; word = words[at]?.value) {
    if (word === '--') return at + 1
    const isOption = word.startsWith('-') && word !== '-'
    const isAssignment = (name === 'env' || name === 'sudo') && /^[A-Za-z_][A-Za-z0-9_]*=/.test(word)
    if (!isOption && !isAssignment) break
    at += isOption && withValue.includes(word) ? 2 : 1
  }
  return takesOneWord.has(name) ? at + 1 : at
}

function programOf(word: ShellWord | undefined): string {
  return word?.isLiteral === true ? programName(word.value) : ''
}

/** A program without its folder. */
export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Which of a command's words is a script that a shell runs, as in `sh -c SCRIPT`; -1 where none is. */
export function nestedScriptIndex({ program, words, arguments: options }: ShellCommand): number {
  if (!shellNames.has(program)) return -1
  const option = options.findIndex(({ value }) => /^-[a-z]*c[a-z]*$/.test(value))
  const isScriptFile = options.slice(0, option).some(({ value }) => !/^[-+]/.test(value) && value !== 'pipefail')
  if (option === -1 || isScriptFile) return -1
  const first = words.length - options.length + option + 1
  // `bash -c -- SCRIPT`
  const index = words[first]?.value === '--' ? first + 1 : first
  return words[index]?.hasSubstitution === false ? index : -1
}

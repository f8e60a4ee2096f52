import { posix } from 'node:path'
import type { FileTree } from '../../filetree/file-tree.ts'
import { configEnvironment } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'
import { readShellScript } from '../../dockerfile/shell-script.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell-command.ts'
import { sourceString } from '../../dockerfile/source-string.ts'

/** What a script comes to that only starts one program. */
export interface PlainCommand {
  readonly words: readonly string[]
  readonly workingDirectory: string
  readonly environment: ReadonlyMap<string, string>
  readonly fixedVariables: readonly string[]
}

/** What only a shell can run, or does its own way. */
// prettier-ignore
const builtins: ReadonlySet<string> = new Set([
  '.', ':', '[', 'alias', 'bg', 'break', 'cd', 'command', 'continue', 'echo', 'eval', 'exec', 'exit', 'export', 'false', 'fg', 'getopts', 'hash', 'jobs',
  'kill', 'let', 'local', 'printf', 'pwd', 'read', 'readonly', 'return', 'set', 'shift', 'shopt', 'source', 'test', 'time', 'times', 'trap', 'true', 'type',
  'ulimit', 'umask', 'unalias', 'unset', 'wait',
])

const shells = /^(?:(?:\/usr)?\/bin\/)?(?:ba|da|a|z|k)?sh$/

/** The script of a command such as `["/bin/sh", "-c", "node server.js"]`; undefined for others. Options that change no plain command are read. */
export function shellScriptOf(words: readonly string[]): string | undefined {
  const [shell = '', ...others] = words
  if (!shells.test(shell)) return undefined
  const at = others.findIndex((word) => /^-[eu]*c$/.test(word))
  const options = others.slice(0, at).join(' ')
  return at !== -1 && /^(?:-[eu]+|-o pipefail| )*$/.test(options) ? others[at + 1] : undefined
}

/** Whether a command begins with a shell, whatever it does there. */
export function beginsWithShell([program = '']: readonly string[]): boolean {
  return shells.test(program)
}

/** What a script does without a shell: one program, perhaps behind `cd` and assignments. Otherwise why the shell is needed. */
export function withoutShell(
  script: string,
  { config, tree }: { readonly config: RunConfig; readonly tree: FileTree },
): PlainCommand | string {
  const text = script.trim()
  const { commands, problems, extensions, functions } = readShellScript(sourceString(text, 0, text.length))
  const last = commands.at(-1)
  if (last === undefined || problems.length + extensions.length + functions.length > 0)
    return 'the script cannot be read'
  if (!areJoinedPlainly(text, commands)) return 'a shell runs more than one program'
  let workingDirectory = config.WorkingDir || '/'
  const environment = new Map<string, string>()
  const fixed = new Set<string>()
  const expand = (word: ShellWord): string | undefined => expandWord(text, word, config, fixed)
  for (const command of commands.slice(0, -1)) {
    const [name, argument, ...others] = command.words
    if (name?.value !== 'cd' || argument === undefined || others.length > 0 || command.assignments.length > 0) {
      return `a shell runs ${name?.value ?? 'an assignment'} before it`
    }
    const folder = expand(argument)
    if (folder === undefined || folder.startsWith('-')) return 'a shell finds the folder'
    workingDirectory = posix.resolve('/', workingDirectory, folder)
    if (tree.resolve(workingDirectory)?.kind !== 'directory') return `there is no folder ${workingDirectory}`
  }
  for (const { name, value } of last.assignments) {
    const text = value === undefined ? '' : expand(value)
    if (text === undefined) return `a shell gives ${name} its value`
    environment.set(name, text)
  }
  const [first, ...rest] = last.words[0]?.value === 'exec' ? last.words.slice(1) : last.words
  if (first === undefined || builtins.has(first.value) || first.value.startsWith('-')) return 'a shell runs it itself'
  const words: string[] = []
  for (const word of [first, ...rest]) {
    const value = expand(word)
    if (value === undefined) return `a shell expands ${text.slice(word.range.start, word.range.end)}`
    words.push(value)
  }
  return { words, workingDirectory, environment, fixedVariables: [...fixed].toSorted() }
}

/** Whether nothing stands in a script but simple commands, one after the other. */
function areJoinedPlainly(text: string, commands: readonly ShellCommand[]): boolean {
  let at = 0
  for (const [index, command] of commands.entries()) {
    const between = text.slice(at, command.range.start)
    if (!(index === 0 ? /^\s*$/ : /^\s*&&\s*$/).test(between)) return false
    if (command.isNested || command.isConditional || command.isInBackground || command.redirections.length > 0)
      return false
    if (command.words.some(({ hasSubstitution }) => hasSubstitution)) return false
    at = command.range.end
  }
  return /^\s*;?\s*$/.test(text.slice(at))
}

/**
 * What a word comes to: its variables have values of the image, of which a shell would make one word. Undefined where only a shell knows.
 */
function expandWord(text: string, word: ShellWord, config: RunConfig, fixed: Set<string>): string | undefined {
  if (word.isLiteral) return word.value.startsWith('~') ? undefined : word.value
  const raw = text.slice(word.range.start, word.range.end)
  let value = ''
  let isQuoted = false
  for (const [part, name, braced] of raw.matchAll(/\$(\w+)|\$\{(\w+)\}|[\s\S]/g)) {
    const variable = name ?? braced
    if (variable === undefined) {
      if (part === '"') isQuoted = !isQuoted
      else if (/[\w./:@%+=,-]/.test(part) || (isQuoted && /[ ;&|<>()~*?#{}[\]]/.test(part))) value += part
      else return undefined
      continue
    }
    const found = configEnvironment(config).get(variable)
    if (found === undefined || (!isQuoted && !/^[\w./:@%+=,-]+$/.test(found))) return undefined
    fixed.add(variable)
    value += found
  }
  return value
}

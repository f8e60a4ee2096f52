import type { EvaluatedMount } from '../../evaluated.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { remembered } from './remembered.ts'

/** `{a,b}` stands for no more words than this. */
const wordsMax = 64

/** A path that a command takes away, and the word that names it. */
export interface RemovedPath {
  readonly path: string
  readonly word: ShellWord
}

/**
 * The files and folders that `rm` or `find … -delete` takes away, as they are written: `~` for the home folder of any user, braces
 * expanded, and variables as they are.
 */
export const removedPaths: (command: ShellCommand) => readonly RemovedPath[] = remembered(
  ({ program, arguments: words }) => {
    if (program === 'rm' || program === 'unlink')
      return words.filter(({ value }) => !value.startsWith('-')).flatMap(paths)
    if (program !== 'find') return []
    const values = words.map(({ value }) => value)
    const end = values.findIndex((value) => /^[-(!]/.test(value))
    const isRemoval =
      values.includes('-delete') ||
      values.some((value, at) => value === 'rm' && values[at - 1]?.startsWith('-exec') === true)
    return isRemoval ? words.slice(0, Math.max(0, end)).flatMap(paths) : []
  },
  ({ program }) => program !== 'rm' && program !== 'unlink' && program !== 'find',
)

/**
 * Whether a command takes away what a folder holds: it names the folder, one around it, or everything in it by a pattern. The folder
 * is absolute, or begins with `~/`.
 */
export function clearsFolder(command: ShellCommand, folder: string): boolean {
  const parts = split(homely(folder))
  return removedPaths(command).some(({ path }) => {
    const pattern = split(path)
    const isAround =
      pattern.length <= parts.length + 1 &&
      parts.every((part, at) => at >= pattern.length || matches(pattern[at] ?? '', part))
    return isAround && (pattern.length <= parts.length || (pattern.at(-1) ?? '').includes('*'))
  })
}

/** Whether what a RUN writes into a folder stays out of its layer, because a cache or a tmpfs is mounted there, or around it. */
export function isMountedAway(mounts: readonly Pick<EvaluatedMount, 'type' | 'target'>[], folder: string): boolean {
  const parts = split(homely(folder))
  return mounts.some(({ type, target }) => {
    if ((type !== 'cache' && type !== 'tmpfs') || target === undefined) return false
    const around = split(homely(target))
    return around.every((part, at) => part === parts[at])
  })
}

/** A path with `~` for the home folder of whoever it is. */
export function homely(path: string): string {
  return path.replace(/^(?:\$HOME|\$\{HOME\}|~[a-z]*|\/root|\/home\/[^/]+)(?=\/|$)/, '~')
}

function paths(word: ShellWord): readonly RemovedPath[] {
  return expandBraces(word.value).map((path) => ({ path: homely(path), word }))
}

function split(path: string): readonly string[] {
  return path.split('/').filter((part, at) => part !== '' || at === 0)
}

/** Whether a part of a path is what a part of a pattern stands for. */
function matches(pattern: string, part: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === part
  return part.startsWith(first) && part.endsWith(rest.at(-1) ?? '')
}

function expandBraces(word: string): readonly string[] {
  let words: readonly string[] = [word]
  for (let isDone = false; !isDone && words.length < wordsMax;) {
    isDone = true
    words = words.flatMap((each) => {
      const [all, inner = ''] = /(?<!\$)\{([^{}]*,[^{}]*)\}/.exec(each) ?? []
      if (all === undefined) return [each]
      isDone = false
      const at = each.indexOf(all)
      return inner.split(',').map((choice) => each.slice(0, at) + choice + each.slice(at + all.length))
    })
  }
  return words
}

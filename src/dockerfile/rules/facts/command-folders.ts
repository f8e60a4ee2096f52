import type { ShellCommand } from '../../shell-command.ts'
import { resolvePath } from './paths.ts'

/**
 * The folder that each of a script's commands runs in, as far as `cd` tells. Undefined where only running would.
 *
 * @param start Where the script begins.
 */
export function commandFolders(
  commands: readonly ShellCommand[],
  start: string | undefined,
): readonly (string | undefined)[] {
  let outer = start
  let inner = start
  return commands.map((command) => {
    if (!command.isNested) inner = outer
    const folder = command.isNested ? inner : outer
    const next = folderBehind(command, folder)
    if (!command.isNested) outer = next
    inner = next
    return folder
  })
}

function folderBehind({ program, arguments: words }: ShellCommand, folder: string | undefined): string | undefined {
  if (program === 'pushd' || program === 'popd') return undefined
  if (program !== 'cd') return folder
  const target = words.find(({ value }) => value === '-' || !value.startsWith('-'))
  if (target === undefined) return '~'
  return target.isLiteral && target.value !== '-' ? resolveWord(folder, target.value) : undefined
}

/** A path as a command sees it. A home folder is `~`, variables stay as they are written. Undefined where its folder is not known. */
export function resolveWord(folder: string | undefined, path: string): string | undefined {
  const isWhole = /^~(?:\/|$)/.test(path)
  const absolute = isWhole ? path : resolvePath(folder, path)
  return absolute === undefined || absolute.length === 1 ? absolute : absolute.replace(/\/$/, '')
}

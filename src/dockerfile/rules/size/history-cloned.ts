import { addOption } from '../edits/add-option.ts'
import { fixOf } from '../edits/replace-text.ts'
import { isMountedAway, removedPaths } from '../facts/cleared-folders.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { isForDevelopment } from '../facts/development-images.ts'
import { readClone } from '../facts/layer-files.ts'
import { shippedLayers, type ShippedLayer } from '../facts/shipped-layers.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `git clone` with the whole history, into the image that is shipped. */
export const historyCloned: Rule = {
  name: 'HistoryCloned',
  category: 'size',
  severity: 'warning',
  summary: 'git clone brings the whole history of a repository into the image',
  check(file, report) {
    if (isForDevelopment(file)) return
    for (const layer of shippedLayers(file)) for (const found of problemsOf(file, layer)) report(found)
  },
}

function problemsOf(
  { document }: RuleInput,
  { step, commands, folders, files }: ShippedLayer,
): readonly FoundProblem[] {
  const { evaluated, isOwn } = step
  const kept = new Set(files.flatMap(({ kind, range }) => (kind === 'repository' ? [range.start] : [])))
  if (kept.size === 0 || !isOwn || evaluated.kind !== 'run') return []
  const removed = removedFolders(commands, folders)
  const isUsed = commands.some((command) => needsHistory(command))
  return commands.flatMap((command, at): readonly FoundProblem[] => {
    const clone = kept.has(command.range.start) ? readClone(command) : undefined
    const actionWord = command.arguments.find(({ value }) => value === 'clone')
    if (clone === undefined || actionWord === undefined || isShallow(command)) return []
    const folder = resolveWord(folders[at], clone.folder)
    if (folder === undefined || removed.has(`${folder}/.git`) || isMountedAway(evaluated.mounts, folder)) return []
    const from = (command.programWord ?? command).range.start
    return [
      {
        message: 'git clone brings every version of every file',
        range: { start: from, end: Math.max(from, actionWord.range.end) },
        cost: 'The folder .git often is larger than what is in the others, and all of it is in the image.',
        hint: isUsed
          ? 'Remove the folder .git in the same RUN, or clone in a stage of which only the files are copied.'
          : 'Clone with --depth=1, and remove the folder .git in the same RUN; or ADD the repository, which leaves .git out.',
        ...(isUsed ? {} : fixOf('add --depth=1', 'unsafe', [addOption(document, actionWord, '--depth=1')])),
      },
    ]
  })
}

function isShallow({ arguments: words }: ShellCommand): boolean {
  return words.some(({ value }) => /^--(?:depth|shallow-since|shallow-exclude|filter|bare|mirror)(?:=|$)/.test(value))
}

/** Whether a command asks for more than the newest version: another commit, a description by tags. */
function needsHistory({ program, arguments: words }: ShellCommand): boolean {
  const action =
    program === 'git'
      ? words.find(({ value }, at) => !value.startsWith('-') && words[at - 1]?.value !== '-C')
      : undefined
  return (
    action !== undefined &&
    /^(?:checkout|switch|reset|describe|log|rev-list|show|merge|rebase|cherry-pick|bisect|fetch|pull)$/.test(
      action.value,
    )
  )
}

/** What a script removes, with the folder that it is in. */
function removedFolders(
  commands: readonly ShellCommand[],
  folders: readonly (string | undefined)[],
): ReadonlySet<string> {
  return new Set(
    commands.flatMap((command, at) =>
      removedPaths(command).flatMap(
        ({ path }: { readonly path: string; readonly word: ShellWord }) => resolveWord(folders[at], path) ?? [],
      ),
    ),
  )
}

import type { DockerfileDocument } from '../../document.ts'
import { deleteInstruction, type TextEdit } from '../../edit.ts'
import type { RunInstruction } from '../../instruction.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { addOption } from '../edits/add-option.ts'
import { appendCommand } from '../edits/append-command.ts'
import { removeCommand } from '../edits/remove-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { isMountedAway } from '../facts/cleared-folders.ts'
import { endsAtFailure, hasShellOption } from '../facts/fallible-commands.ts'
import { indexAfter } from '../facts/first-after.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { PackageManager } from '../facts/package-managers.ts'
import { listFetches, listKeepers, removesLists, removesListsOf, type ListFetch } from '../facts/package-lists.ts'
import { shippedRuns, type ShippedRun } from '../facts/shipped-steps.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `apt-get update` without taking the lists away in the same RUN. */
export const packageListsKept: Rule = {
  name: 'PackageListsKept',
  category: 'size',
  severity: 'warning',
  summary: "a package manager's lists stay in the layer",
  check(file, report) {
    const runs = shippedRuns(file)
    const users = listUsers(file)
    const removals = runs.flatMap(({ commands }) => commands.filter((command) => removesLists(command)))
    for (const shipped of runs) for (const found of problemsOf(file, shipped, users, removals)) report(found)
  },
}

function problemsOf(
  file: RuleInput,
  { run, commands }: ShippedRun,
  users: readonly ListUser[],
  removals: readonly ShellCommand[],
): readonly FoundProblem[] {
  return [...listFetches(commands)].flatMap(([manager, fetches]) => {
    const keeper = listKeepers[manager]
    const [first] = fetches
    const last = fetches.at(-1)
    if (keeper === undefined || first === undefined || last === undefined) return []
    if (keeper.folders.some((folder) => isMountedAway(run.mounts, folder))) return []
    if (commands.some((command, at) => at > last.at && removesListsOf(command, manager, keeper.folders))) return []
    const { range } = run.instruction
    const needing = manager === 'apt' ? indexAfter(users, range.start) : users.length
    const prefix = last.command.wrappers.includes('sudo') ? 'sudo ' : ''
    const cleanUp = prefix + keeper.cleanUp(last.command.program)
    const removal = removals[indexAfter(removals, range.end)]
    const isRemoved = removal !== undefined && removesListsOf(removal, manager, keeper.folders)
    const { command, asked } = first
    return [
      {
        message: `the ${keeper.what} that ${command.program} fetches stay in the layer`,
        range: { start: command.programWord?.range.start ?? command.range.start, end: asked.actionWord.range.end },
        cost: keeper.cost,
        hint: hintFor(manager, cleanUp, users.length - needing, fetches.length === commands.length),
        related: isRemoved ? [{ message: 'removed here, but not from the layer above', range: removal.range }] : [],
        ...(manager === 'apk'
          ? apkFix(file.document, { run, commands }, fetches, cleanUp)
          : needing === users.length
            ? fixOf(`add ${cleanUp}`, 'safe', [appendCommand(file.document, run.instruction, cleanUp)])
            : needing === users.length - 1
              ? joinFix(file.document, { run, commands }, users[needing], cleanUp)
              : {}),
      },
    ]
  })
}

function hintFor(manager: PackageManager, cleanUp: string, needing: number, isLonely: boolean): string {
  if (manager === 'apk') return 'Use apk add --no-cache, which needs no apk update and keeps nothing.'
  if (needing === 0) return `End this RUN with ${cleanUp}; a later RUN cannot make the layer smaller.`
  if (isLonely) return `Put it into the RUN that installs, and end that RUN with ${cleanUp}.`
  return `End this RUN with ${cleanUp}, and begin the later ones that install with apt-get update.`
}

/** A RUN that installs by lists which an earlier RUN left. */
interface ListUser {
  readonly range: TextRange
  readonly stageStart: number
  readonly instruction: RunInstruction
  readonly command: ShellCommand
  /** What the RUN does behind it. */
  readonly rest: readonly ShellCommand[]
  /** Whether `set -e` stands in front of it. */
  readonly endsAtFailure: boolean
}

/** The RUNs of the whole file that install with apt and do not fetch its lists themselves. */
function listUsers({ stages }: RuleInput): readonly ListUser[] {
  return stages.flatMap(({ steps, evaluated: { stage } }) =>
    steps.flatMap((step): readonly ListUser[] => {
      const { evaluated, isOwn } = step
      if (evaluated.kind !== 'run' || !isOwn) return []
      const commands = step.script()?.commands ?? []
      for (const [at, command] of commands.entries()) {
        const asked = packageCommand(command)
        if (asked?.manager !== 'apt') continue
        if (asked.action === 'update') return []
        if (asked.action !== 'install' && asked.action !== 'upgrade') continue
        const { instruction } = evaluated
        const { range } = instruction
        const stageStart = stage.from.range.start
        const isEnding = hasShellOption(step.shell, 'e') || commands.slice(0, at).some(endsAtFailure)
        return [{ range, stageStart, instruction, command, rest: commands.slice(at + 1), endsAtFailure: isEnding }]
      }
      return []
    }),
  )
}

/** Moves a lonely `apt-get update` into the one RUN that needs it. */
function joinFix(
  document: DockerfileDocument,
  { run, commands }: Pick<ShippedRun, 'run' | 'commands'>,
  user: ListUser | undefined,
  cleanUp: string,
): Pick<FoundProblem, 'fix'> {
  const [update] = commands
  if (user === undefined || update === undefined || commands.length > 1) return {}
  const { command, instruction, stageStart, rest, endsAtFailure: isEnding } = user
  const isSameStage = stageStart < run.instruction.range.start
  const isPlain = [run.instruction, instruction].every(
    ({ flags, heredocs, command: { form } }) => flags.length === 0 && heredocs.length === 0 && form === 'shell',
  )
  const written = document.text.slice(update.range.start, update.range.end)
  // Behind an && nothing but the end of the list counts, whatever set -e says; and without it a ; forgets the failure.
  const isForgotten = rest.some(({ operatorBefore }) => operatorBefore !== '&&')
  if (isForgotten && !isEnding) return {}
  if (!isSameStage || !isPlain || command.isConditional || command.isNested || /[\r\n]/.test(written)) return {}
  const { start } = command.range
  const insertion: TextEdit = { range: { start, end: start }, newText: `${written}${isForgotten ? '; ' : ' && '}` }
  return fixOf('join it with the RUN that installs', 'safe', [
    deleteInstruction(document, run.instruction),
    insertion,
    appendCommand(document, instruction, cleanUp),
  ])
}

/** `--no-cache` wherever something is installed, and no `apk update`. */
function apkFix(
  document: DockerfileDocument,
  { run, commands }: Pick<ShippedRun, 'run' | 'commands'>,
  fetches: readonly ListFetch[],
  cleanUp: string,
): Pick<FoundProblem, 'fix'> {
  if (commands.length === 1 && fetches[0]?.asked.action === 'update') {
    return fixOf('remove apk update', 'safe', [deleteInstruction(document, run.instruction)])
  }
  const edits = fetches.map(({ asked, at }) => {
    if (asked.action === 'update') return removeCommand(document, commands, at)
    const updating = asked.options.find(({ value }) => ['-U', '--update', '--update-cache'].includes(value))
    if (updating === undefined) return addOption(document, asked.actionWord, '--no-cache')
    const isWritten = document.text.slice(updating.range.start, updating.range.end) === updating.value
    return isWritten ? { range: updating.range, newText: '--no-cache' } : undefined
  })
  const fix = fixOf('use apk add --no-cache', 'safe', edits)
  return fix.fix === undefined
    ? fixOf(`add ${cleanUp}`, 'safe', [appendCommand(document, run.instruction, cleanUp)])
    : fix
}

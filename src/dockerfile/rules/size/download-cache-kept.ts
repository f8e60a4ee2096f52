import type { ShellCommand } from '../../shell-command.ts'
import { addOption } from '../edits/add-option.ts'
import { appendCommand } from '../edits/append-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { isMountedAway } from '../facts/cleared-folders.ts'
import { assignedNames, toolsConfiguredBy, toolsConfiguredByFiles } from '../facts/configured-caches.ts'
import type { DependencyTool } from '../facts/dependency-commands.ts'
import { cachingCommand, cachingTools, cleansDownloads, type CachingCommand } from '../facts/download-caches.ts'
import { indexAfter } from '../facts/first-after.ts'
import { shippedRuns, visitShippedRuns, type KnownVariable, type ShippedRun } from '../facts/shipped-steps.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `pip install` without `--no-cache-dir`, and what other tools of languages keep of what they download. */
export const downloadCacheKept: Rule = {
  name: 'DownloadCacheKept',
  category: 'size',
  severity: 'warning',
  summary: 'what a package manager of a language downloads stays in the layer besides what it installs',
  check(file, report) {
    const known = knownOf(file)
    visitShippedRuns(file, (shipped, variable) => {
      for (const command of shipped.commands) for (const tool of toolsConfiguredBy(command)) known.configured.add(tool)
      if (!hasHome(shipped)) return
      for (const found of problemsOf(file, shipped, variable, known)) report(found)
    })
  },
}

/** What the whole file says. */
interface Known {
  /** Tools that were told where to keep downloads, up to here. */
  readonly configured: Set<DependencyTool>
  readonly removals: readonly ShellCommand[]
  /** Whether something is installed without the network, from what was kept. */
  readonly isOffline: boolean
}

interface Fill extends CachingCommand {
  readonly command: ShellCommand
  readonly at: number
}

function problemsOf(
  file: RuleInput,
  { run, commands }: ShippedRun,
  variable: KnownVariable,
  { configured, removals, isOffline }: Known,
): readonly FoundProblem[] {
  const names = assignedNames(commands)
  const fills = fillsOf(commands, (name) => (names.has(name) ? '' : variable(name)))
  return [...fills].flatMap(([tool, all]) => {
    const [first] = all
    const last = all.at(-1)
    if (first === undefined || last === undefined || configured.has(tool)) return []
    const { asked, cache, command } = first
    if (cache.folders.some((folder) => isMountedAway(run.mounts, folder))) return []
    if (commands.some((each, at) => at > last.at && cleansDownloads(each, tool))) return []
    const removal = removals[indexAfter(removals, run.instruction.range.end)]
    const isRemoved = removal !== undefined && cleansDownloads(removal, tool)
    const { start } = (command.programWord ?? command).range
    return [
      {
        message: `what ${toolName(first)} downloads stays in the layer, besides what it installs`,
        range: { start, end: Math.max(start, asked.actionWord.range.end) },
        cost: cache.cost,
        hint: hintFor(first),
        related: isRemoved ? [{ message: 'removed here, but not from the layer above', range: removal.range }] : [],
        ...(isOffline ? {} : fixFor(file, { run, commands }, all)),
      },
    ]
  })
}

/** The commands that leave downloads behind, by tool. */
function fillsOf(
  commands: readonly ShellCommand[],
  variable: KnownVariable,
): ReadonlyMap<DependencyTool, readonly Fill[]> {
  const found = new Map<DependencyTool, Fill[]>()
  for (const [at, command] of commands.entries()) {
    const caching = cachingCommand(command, variable)
    // Bundler's own gem is half a megabyte.
    const isSmall = caching?.asked.tool === 'gem' && caching.asked.packages.every(({ value }) => value === 'bundler')
    if (caching === undefined || isSmall) continue
    const fills = found.get(caching.asked.tool) ?? []
    found.set(caching.asked.tool, fills)
    fills.push({ ...caching, command, at })
  }
  return found
}

function fixFor(
  { document }: RuleInput,
  { run, commands }: Pick<ShippedRun, 'run' | 'commands'>,
  fills: readonly Fill[],
): Pick<FoundProblem, 'fix'> {
  const option = fills[0]?.cache.offOption
  if (option !== undefined) {
    const edits = fills.map(({ asked }) => addOption(document, asked.actionWord, option))
    const added = fixOf(`add ${option}`, 'safe', edits)
    if (added.fix !== undefined) return added
  }
  const last = fills.at(-1)
  const cleanUp = last === undefined ? undefined : cleanUpOf(last)
  const isPlain = fills.every(
    ({ command: { isConditional, wrappers } }) => !isConditional && wrappers.every((each) => each === 'sudo'),
  )
  if (last === undefined || cleanUp === undefined || !isPlain || commands.some(({ program }) => program === 'exec'))
    return {}
  const prefix = last.command.wrappers.includes('sudo') ? 'sudo ' : ''
  const whole = prefix + cleanUp
  return fixOf(`add ${whole}`, 'safe', [appendCommand(document, run.instruction, whole)])
}

/** What takes the downloads away, and nothing that is needed. */
function cleanUpOf({ asked, cache, command: { program } }: Fill): string | undefined {
  if (asked.tool === 'conda') return `${program} clean --all --yes`
  // Yarn 2 and later, which have no such options, run programs out of their cache.
  const isYarn1 = asked.options.some(({ name }) =>
    /^--(?:frozen-lockfile|production|prod|pure-lockfile|non-interactive)$/.test(name),
  )
  if (asked.tool === 'yarn' && !isYarn1 && !asked.isGlobal) return undefined
  return asked.tool === 'composer' && program !== 'composer' ? undefined : cache.cleanUp
}

function hintFor(fill: Fill): string {
  const { asked, cache } = fill
  const mount = `or mount a cache there: RUN --mount=type=cache,target=${cache.folders[0]?.replace('~', '/root') ?? ''}`
  if (cache.offOption !== undefined) return `Use ${cache.offOption}, ${mount}.`
  if (asked.tool === 'gem' || asked.tool === 'bundler')
    return 'Remove the folder cache of the gems in the same RUN: rm -rf "$(gem env gemdir)"/cache.'
  return `End this RUN with ${cleanUpOf(fill) ?? cache.cleanUp ?? ''}, ${mount}.`
}

function toolName({ asked, command }: Fill): string {
  return asked.tool === 'bundler' ? 'bundle' : asked.tool === 'conda' ? command.program : asked.tool
}

/** Whether who runs it has a home folder to keep things in: not a number without a name. */
function hasHome({ step: { user } }: ShippedRun): boolean {
  const name = user?.split(':', 1)[0] ?? ''
  return name !== 'nobody' && (!/^\d+$/.test(name) || name === '0')
}

function knownOf(file: RuleInput): Known {
  const commands = shippedRuns(file).flatMap((shipped) => shipped.commands)
  return {
    configured: new Set(toolsConfiguredByFiles(file)),
    removals: commands.filter((command) => cachingTools.some((tool) => cleansDownloads(command, tool))),
    isOffline: commands.some(({ arguments: words }) => words.some(({ value }) => value === '--offline')),
  }
}

import { addMounts } from '../edits/add-mounts.ts'
import { removeCommand } from '../edits/remove-command.ts'
import type { TextEdit } from '../../edit.ts'
import { cacheGroups, type CacheGroup, type CachedRun, type UsedFolder } from '../facts/cache-groups.ts'
import { cacheCleaners, cleansNothingElse } from '../facts/cache-cleaners.ts'
import { cacheReferences, type CacheReferences } from '../facts/cache-references.ts'
import { cachingCommand } from '../facts/download-caches.ts'
import { knowsMounts } from '../facts/frontend-features.ts'
import { leansOnCache } from '../facts/cache-uses.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Fix, FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `go build` or `npm ci` without a mount for what they keep for their next run. */
export const missingCacheMount: Rule = {
  name: 'MissingCacheMount',
  category: 'speed',
  severity: 'information',
  summary: 'a tool that has a cache gets no mount for it, and starts from nothing at each change',
  check(file, report) {
    const shipped = new Set<StageFacts>()
    for (let at = file.target; at !== undefined; at = at.parent) shipped.add(at)
    const references = cacheReferences(file)
    for (const group of cacheGroups(file)) {
      const found = problemOf(file, group, shipped, references)
      if (found !== undefined) report(found)
    }
  },
}

/** A RUN that lacks mounts. */
interface Lacking {
  readonly run: CachedRun
  readonly folders: readonly UsedFolder[]
  readonly cleaners: readonly number[]
}

function problemOf(
  file: RuleInput,
  group: CacheGroup,
  shipped: ReadonlySet<StageFacts>,
  references: CacheReferences,
): FoundProblem | undefined {
  const { cache, runs } = group
  if (cache.isNeededLater && group.hasUnknownRun) return undefined
  const lacking = lackingRuns(group, shipped)
  const first = lacking.find(({ run }) => run.use.fills)
  if (first === undefined) return undefined
  const { use, command } = first.run
  const { start } = (command.programWord ?? command).range
  const others = lacking.filter((each) => each !== first)
  const isKept = cache.isNeededLater && runs.some(({ built }) => references.isKept(built.stage))
  const fix = references.isMentioned(group) ? undefined : fixFor(file, group, lacking, !isKept)
  return {
    message: `${use.name} has no cache mount`,
    range: { start, end: Math.max(start, use.actionWord.range.end) },
    cost: cache.cost,
    hint: hintFor(first),
    related: others.map(({ run }) => ({ message: 'and here', range: run.command.range })),
    ...(fix === undefined ? {} : { fix }),
  }
}

/**
 * Who has mounts for some RUNs of a tool has thought about it: then only the same mounts are missed, and where the tool's later
 * commands do not need what is in them, none at all in the RUN that has one.
 */
function lackingRuns({ cache, runs }: CacheGroup, shipped: ReadonlySet<StageFacts>): readonly Lacking[] {
  const mounted = new Set(
    runs.flatMap(({ folders }) => folders.flatMap(({ choice, mount }) => (mount ? [choice] : []))),
  )
  const isSome = cache.isNeededLater && mounted.size > 0
  return runs.flatMap((run): readonly Lacking[] => {
    const isMounted = run.folders.some(({ mount }) => mount !== undefined)
    if (!cache.isNeededLater && isMounted) return []
    const folders = run.folders.filter(({ choice, mount }) => mount === undefined && (!isSome || mounted.has(choice)))
    const cleaners = cacheCleaners(run)
    // Before it is cleaned up, DownloadCacheKept has something to say.
    const isOther = shipped.has(run.built.stage) && cachingCommand(run.command, run.variable) !== undefined
    return folders.length === 0 || (isOther && cleaners.length === 0) ? [] : [{ run, folders, cleaners }]
  })
}

function fixFor(
  { document }: RuleInput,
  { cache, runs }: CacheGroup,
  lacking: readonly Lacking[],
  isSafe: boolean,
): Fix | undefined {
  const isLeaning = runs.length > 1 && runs.some(({ built }) => built.commands.some((each) => leansOnCache(each)))
  if (isLeaning || !knowsMounts(document)) return undefined
  const written = new Map<string, string>()
  for (const { folders } of runs) {
    for (const { choice, mount } of folders) {
      if (mount !== undefined) written.set(choice, document.text.slice(mount.flag.range.start, mount.flag.range.end))
    }
  }
  const edits: TextEdit[] = []
  for (const { run, folders, cleaners } of lacking) {
    const mounts = folders.map(
      (folder) => written.get(folder.choice) ?? mountFor(run, folder, cache.isExclusive, document.text),
    )
    const known = mounts.flatMap((mount) => mount ?? [])
    if (known.length < mounts.length || known.some((mount) => /[\r\n]/.test(mount)) || cleaners.length > 1)
      return undefined
    edits.push(addMounts(document, run.built.run.instruction, [...new Set(known)]))
    const [cleaner] = cleaners
    const command = cleaner === undefined ? undefined : run.built.commands[cleaner]
    if (cleaner === undefined || command === undefined) continue
    if (!cleansNothingElse(command, run)) return undefined
    const removal = removeCommand(document, run.built.commands, cleaner)
    if (removal === undefined) return undefined
    edits.push(removal)
  }
  const title = lacking.some(({ cleaners }) => cleaners.length > 0)
    ? 'mount the cache, and do not empty it'
    : 'mount the cache'
  return { title, isSafe, edits }
}

/** Undefined where it is not sure that the tool could write there. */
function mountFor({ home }: CachedRun, { path }: UsedFolder, isExclusive: boolean, text: string): string | undefined {
  if (home === undefined || path === undefined || !/^\/[\w./@+-]+$/.test(path)) return undefined
  const { ids } = home
  // Folders between are root's. That of Gradle is in the image.
  const parent = path.slice(0, path.lastIndexOf('/'))
  if (ids !== undefined && parent !== home.path && parent !== '/home/gradle/.gradle') return undefined
  // Maven's settings are beside its repository, and its wrapper keeps Maven there.
  const isMaven = path.endsWith('/.m2/repository') && !text.includes('.m2')
  const target = isMaven ? parent : path
  const owner = ids === undefined ? '' : `,uid=${ids.user},gid=${ids.group}`
  return `--mount=type=cache,target=${target}${isExclusive ? ',sharing=locked' : ''}${owner}`
}

function hintFor({ run, folders, cleaners }: Lacking): string {
  const targets = folders.map(({ path }) => `--mount=type=cache,target=${path?.replace('~', '/root') ?? '…'}`)
  const copy = run.use.tool === 'uv' ? ' With UV_LINK_MODE=copy uv does not try to link across file systems.' : ''
  const empty = cleaners.length > 0 ? ', and do not empty the cache' : ''
  const isHomeUnknown = run.home === undefined && folders.some(({ path }) => path?.startsWith('~'))
  const other = isHomeUnknown
    ? ' Where another user than root runs it, name the home of that user, and add uid= and gid=.'
    : ''
  return `Begin this RUN with ${targets.join(' ')}${empty}.${other}${copy}`
}

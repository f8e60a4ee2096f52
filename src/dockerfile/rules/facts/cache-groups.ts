import { posix } from 'node:path'
import type { EvaluatedMount } from '../../evaluated.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { RuleInput } from '../rule.ts'
import { visitBuiltRuns, type BuiltRun } from './built-runs.ts'
import { homely, isMountedAway } from './cleared-folders.ts'
import { assignedNames, toolsConfiguredBy, toolsConfiguredByFiles } from './configured-caches.ts'
import { homeFolder, type HomeFolder } from './home-folders.ts'
import type { KnownVariable } from './shipped-steps.ts'
import { cacheFolder, cacheUse, offlineTool, type CacheUse } from './cache-uses.ts'
import { cacheVariables, type ToolCache } from './tool-caches.ts'
import { isUnrelatedProgram } from './unrelated-programs.ts'

/** A RUN that fills or uses the cache of a tool. */
export interface CachedRun {
  readonly built: BuiltRun
  readonly use: CacheUse
  /** The first of its commands that does, by its index too. */
  readonly command: ShellCommand
  readonly at: number
  readonly variable: KnownVariable
  readonly folders: readonly UsedFolder[]
  /** Of who runs the command. Undefined where that is not known. */
  readonly home: HomeFolder | undefined
}

/** A folder that a tool keeps things in. */
export interface UsedFolder {
  /** As {@link ToolCache.folders} has it. */
  readonly choice: string
  /** Absolute, or in the home folder `~` of somebody who is not known. Undefined where it is not known. */
  readonly path: string | undefined
  /** The cache that is mounted at this folder, around it or in it. */
  readonly mount: EvaluatedMount | undefined
}

/** The RUNs of one tool in stages that begin with each other. */
export interface CacheGroup {
  readonly cache: ToolCache
  readonly runs: readonly CachedRun[]
  /** Whether a RUN behind the first of them runs what nobody knows, and what may need the cache. */
  readonly hasUnknownRun: boolean
}

/** The RUNs that use caches of tools, by tool and by the image that their stages begin with. Not those that work without the network. */
export function cacheGroups(file: RuleInput): readonly CacheGroup[] {
  const groups = new Map<string, { readonly runs: CachedRun[]; unknown: boolean }>()
  const byRoot = new Map<BuiltRun['root'], string[]>()
  const offline = new Set<string>(
    toolsConfiguredByFiles(
      file,
      file.stages.flatMap(({ steps }) => steps),
    ),
  )
  visitBuiltRuns(file, cacheVariables, (built, variable) => {
    const keys = byRoot.get(built.root) ?? []
    byRoot.set(built.root, keys)
    for (const command of built.commands) {
      for (const tool of toolsConfiguredBy(command)) offline.add(tool)
      const tool = offlineTool(command)
      if (tool !== undefined) offline.add(tool)
    }
    const found = cachedRuns(built, variable)
    const isKnown = built.commands.length > 0 && built.commands.every((command) => isKnownCommand(command, found))
    if (!isKnown) {
      for (const key of keys) {
        const group = groups.get(key)
        const isMeant = found.some(({ use }) => use.tool === group?.runs[0]?.use.tool)
        if (group !== undefined && !isMeant) group.unknown = true
      }
    }
    for (const run of found) {
      if (built.run.instruction.network === 'none' && run.use.needsNetwork) offline.add(run.use.tool)
      const key = `${run.use.tool} ${built.root.evaluated.stage.index}`
      const group = groups.get(key) ?? { runs: [], unknown: false }
      if (!groups.has(key)) keys.push(key)
      groups.set(key, group)
      group.runs.push(run)
    }
  })
  return [...groups.values()].flatMap(({ runs, unknown }) => {
    const [first] = runs
    if (first === undefined || offline.has(first.use.tool)) return []
    return [{ cache: first.use.cache, runs, hasUnknownRun: unknown }]
  })
}

function isKnownCommand(command: ShellCommand, found: readonly CachedRun[]): boolean {
  const { program, words } = command
  return words.length === 0 || isUnrelatedProgram(program) || found.some((run) => run.command.program === program)
}

/** The uses of each tool in a RUN as one: the first that fills the cache, with the folders of all. */
function cachedRuns(built: BuiltRun, outer: KnownVariable): readonly CachedRun[] {
  const found = new Map<string, CachedRun>()
  const assigned = assignedNames(built.commands)
  for (const [at, command] of built.commands.entries()) {
    const variable = variableOf(command, assigned, outer)
    const use = command.isConditional ? undefined : cacheUse(command, variable)
    if (use === undefined) continue
    const next = cachedRun(built, use, at, command, variable)
    const known = found.get(use.tool)
    if (known === undefined) {
      found.set(use.tool, next)
      continue
    }
    const choices = new Set(known.folders.map(({ choice }) => choice))
    const folders = [...known.folders, ...next.folders.filter(({ choice }) => !choices.has(choice))]
    const base = known.use.fills || !use.fills ? known : next
    found.set(use.tool, { ...base, folders, use: { ...base.use, isFetch: known.use.isFetch && use.isFetch } })
  }
  return [...found.values()]
}

function cachedRun(
  built: BuiltRun,
  use: CacheUse,
  at: number,
  command: ShellCommand,
  variable: KnownVariable,
): CachedRun {
  const { step, stage, run } = built
  const isPlain = command.wrappers.every((name) => /^(?:sudo|env|exec|time|nice|command)$/.test(name))
  const home = isPlain ? homeFolder(step.user, variable('HOME'), stage.base) : undefined
  const folders = use.folders.map((choice): UsedFolder => {
    const path = cacheFolder(choice, variable, home ?? { path: '~', ids: { user: -1, group: -1 } })
    return { choice, path, mount: run.mounts.find((mount) => isMountedFor(mount, path, use.cache)) }
  })
  return { built, use, command, at, variable, folders, home }
}

function variableOf({ assignments }: ShellCommand, assigned: ReadonlySet<string>, outer: KnownVariable): KnownVariable {
  return (name) => {
    const own = assignments.find((each) => each.name === name)
    if (own !== undefined) return own.value?.isLiteral === true ? own.value.value : ''
    return assigned.has(name) ? '' : outer(name)
  }
}

function isMountedFor({ type, target }: EvaluatedMount, path: string | undefined, { mention }: ToolCache): boolean {
  if (type !== 'cache' && type !== 'tmpfs') return false
  if (path === undefined || target === undefined) return true
  // Somebody knows better where the tool keeps things.
  if (mention.test(target) && target.split('/').includes(posix.basename(path))) return true
  const inner = posix.normalize(homely(target))
  return isMountedAway([{ type, target }], path) || `${inner}/`.startsWith(`${homely(path)}/`)
}

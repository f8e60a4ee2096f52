import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { dependencyCommand, type DependencyCommand } from './dependency-commands.ts'
import type { HomeFolder } from './home-folders.ts'
import { projectCommand, type ProjectCommand } from './project-commands.ts'
import type { KnownVariable } from './shipped-steps.ts'
import { toolCaches, type ToolCache, type ToolWithCache } from './tool-caches.ts'

/** A command that fills a tool's cache, or uses it. */
export interface CacheUse {
  readonly tool: ToolWithCache
  readonly cache: ToolCache
  /** As people say it: `npm ci`. */
  readonly name: string
  readonly actionWord: ShellWord
  readonly fills: boolean
  /** What it fetches of {@link ToolCache.folders}. */
  readonly folders: readonly string[]
  /** Whether it fetches what is needed later, and does nothing else. */
  readonly isFetch: boolean
  /** False where everything is there already: vendored modules. */
  readonly needsNetwork: boolean
}

/** Undefined where a command has nothing to do with a cache, and where its cache is off, or said to be elsewhere. */
export function cacheUse(command: ShellCommand, variable: KnownVariable): CacheUse | undefined {
  const build = projectCommand(command)
  const asked = build === undefined ? dependencyCommand(command) : undefined
  const use = build === undefined ? dependencyUse(asked) : buildUse(build, command, variable)
  if (use === undefined) return undefined
  const { offOptions, offVariables } = use.cache
  const isOff =
    command.arguments.some(({ value }) =>
      offOptions.some((option) => value === option || value.startsWith(`${option}=`)),
    ) ||
    offVariables.some((name) => variable(name) !== undefined || command.assignments.some((each) => each.name === name))
  return isOff || command.arguments.some(({ value }) => value.includes('maven.repo.local')) ? undefined : use
}

function buildUse(
  { tool, name, actionWord, kind }: ProjectCommand,
  { program, arguments: words }: ShellCommand,
  variable: KnownVariable,
): CacheUse | undefined {
  const cache: ToolCache = toolCaches[tool]
  const common = {
    tool,
    cache,
    name,
    actionWord,
    fills: kind !== 'other',
    isFetch: kind === 'fetch',
    needsNetwork: true,
  }
  if (tool === 'go') {
    if (variable('GOPROXY') === 'off') return undefined
    const isVendored =
      words.some(({ value }) => value === '-mod=vendor') || variable('GOFLAGS')?.includes('-mod=vendor') === true
    const [modules = '', compiled = ''] = cache.folders
    return {
      ...common,
      needsNetwork: !isVendored,
      folders: isVendored ? [compiled] : kind === 'fetch' ? [modules] : [modules, compiled],
    }
  }
  const ofWrapper = program === 'gradlew' ? ['GRADLE_USER_HOME/wrapper ~/.gradle/wrapper'] : []
  return { ...common, folders: [...cache.folders, ...ofWrapper] }
}

/** Whether what a command does goes wrong where an earlier RUN came from the build cache, and the mount that it filled is gone. */
export function leansOnCache(command: ShellCommand): boolean {
  const build = projectCommand(command)
  const words = command.arguments.map(({ value }) => value)
  // Modules of the project itself go into the repository as well.
  if (build?.tool === 'maven') return words.some((word) => word === 'install' || word === 'deploy')
  return build?.tool === 'dotnet' && words.some((word) => word === '--no-restore' || word === '--no-build')
}

/** The tool that a command runs without the network. */
export function offlineTool(command: ShellCommand): ToolWithCache | undefined {
  const words = new Set(command.arguments.map(({ value }) => value))
  if (!words.has('--offline') && !words.has('--frozen') && !words.has('-o')) return undefined
  const build = projectCommand(command)
  if (build?.tool === 'cargo' && words.has('--frozen')) return 'cargo'
  if (build?.tool === 'maven' && words.has('-o')) return 'maven'
  if (!words.has('--offline')) return undefined
  return build?.tool ?? dependencyUse(dependencyCommand(command))?.tool
}

/** Tools that are small, and are installed once. */
const smallPackages: ReadonlySet<string> = new Set(
  'pip setuptools wheel virtualenv pipenv poetry uv build pip-tools hatch pdm flit'.split(' '),
)

function dependencyUse(asked: DependencyCommand | undefined): CacheUse | undefined {
  if (asked === undefined || asked.tool === 'gem' || asked.tool === 'conda' || asked.isGlobal) return undefined
  const { tool, actionWord, action, packages } = asked
  const isSmall =
    packages.length > 0 && packages.every(({ value }) => smallPackages.has(value.replace(/[=<>!~[].*$/, '')))
  if (isSmall || (tool === 'uv' && action === 'tool install')) return undefined
  const name = `${tool === 'bundler' ? 'bundle' : tool} ${action}`
  const cache: ToolCache = toolCaches[tool]
  return { tool, cache, name, actionWord, fills: true, folders: cache.folders, isFetch: false, needsNetwork: true }
}

/** Where one of {@link ToolCache.folders} is. Undefined where that is not known. */
export function cacheFolder(choice: string, variable: KnownVariable, home: HomeFolder | undefined): string | undefined {
  for (const place of choice.split(' ')) {
    if (place.startsWith('~')) return home === undefined ? undefined : home.path + place.slice(1)
    if (place.startsWith('/')) {
      if (home !== undefined && home.ids === undefined) return place
      continue
    }
    const slash = `${place}/`.indexOf('/')
    const value = variable(place.slice(0, slash))
    if (value !== undefined) return value.startsWith('/') ? value.replace(/\/$/, '') + place.slice(slash) : undefined
  }
  return undefined
}

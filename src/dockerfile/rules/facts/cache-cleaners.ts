import type { ShellCommand } from '../../shell-command.ts'
import type { CachedRun } from './cache-groups.ts'
import { clearsFolder, homely, removedPaths } from './cleared-folders.ts'
import { cachingTools, cleansDownloads } from './download-caches.ts'
import type { ToolWithCache } from './tool-caches.ts'

/** What empties the caches of tools that are not among those of {@link cleansDownloads}. */
const cleaners: { readonly [Tool in ToolWithCache]?: RegExp } = {
  go: /^go clean\b/,
  dotnet: /^dotnet nuget locals\b/,
  pnpm: /^pnpm store prune\b/,
  bun: /^bun pm cache\b/,
  uv: /^uv cache\b/,
}

/**
 * Which commands of a RUN empty the cache that it uses, or may do so: with a mount it would be useless then, and `rm` of a folder
 * that is mounted fails.
 */
export function cacheCleaners(run: CachedRun): readonly number[] {
  return run.built.commands.flatMap((command, at) => (isCleaner(command, run) ? [at] : []))
}

function isCleaner(command: ShellCommand, { use, folders }: CachedRun): boolean {
  const { program, arguments: words } = command
  const text = `${program} ${words.map(({ value }) => value).join(' ')}`
  if (cleaners[use.tool]?.test(text) === true) return true
  const tool = cachingTools.find((name) => name === use.tool)
  if (tool !== undefined && cleansDownloads(command, tool)) return true
  if (program !== 'rm' && program !== 'find') return false
  return (
    words.some(({ value }) => /[$`]/.test(value)) ||
    folders.some(({ path }) => path === undefined || clearsFolder(command, path))
  )
}

/** Whether a command takes away nothing but what is in a tool's cache. */
export function cleansNothingElse(command: ShellCommand, { folders }: CachedRun): boolean {
  const removed = removedPaths(command)
  if (command.program !== 'rm' && command.program !== 'find') return true
  return removed.every(({ path }) =>
    folders.some((folder) => folder.path !== undefined && `${path}/`.startsWith(`${homely(folder.path)}/`)),
  )
}

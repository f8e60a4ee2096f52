import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = NodeJS.ProcessEnv

/** Where the store is, unless somebody says otherwise: `$XDG_DATA_HOME/wherry`, `~/.local/share/wherry`. */
export function usualStoreFolder(environment: Environment): string {
  return join(absolutePath(environment['XDG_DATA_HOME']) ?? join(homeFolder(environment), '.local', 'share'), 'wherry')
}

/** What can be lost: `$XDG_CACHE_HOME/wherry`, `~/.cache/wherry`. */
export function usualCacheFolder(environment: Environment): string {
  return join(absolutePath(environment['XDG_CACHE_HOME']) ?? join(homeFolder(environment), '.cache'), 'wherry')
}

/** That of the user. */
export function homeFolder(environment: Environment): string {
  const home = environment['HOME'] ?? ''
  return home === '' ? homedir() : home
}

/** The XDG Base Directory Specification: relative paths in its variables are ignored. */
export function absolutePath(value: string | undefined): string | undefined {
  return value?.startsWith('/') === true ? value : undefined
}

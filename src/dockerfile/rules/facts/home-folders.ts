import type { BaseFacts } from './base-images.ts'
import { isRoot } from './users.ts'

/** The home folder of who runs a command. */
export interface HomeFolder {
  readonly path: string
  /** What a mount has to belong to. Undefined for root, to whom it does without being told. */
  readonly ids: { readonly user: number; readonly group: number } | undefined
}

/** Users that images bring, by the image; user and group are 1000 with each. From their Dockerfiles, November 2026. */
const users: ReadonlyMap<string, { readonly name: string; readonly path: string }> = new Map([
  ['node', { name: 'node', path: '/home/node' }],
  ['gradle', { name: 'gradle', path: '/home/gradle' }],
  ['oven/bun', { name: 'bun', path: '/home/bun' }],
])

/**
 * Undefined where it is not known.
 *
 * @param user As USER says it.
 * @param variable The value of HOME, where it is set.
 */
export function homeFolder(
  user: string | undefined,
  variable: string | undefined,
  { officialName }: BaseFacts,
): HomeFolder | undefined {
  if (isRoot(user) === true) {
    const path = variable ?? '/root'
    return path.startsWith('/') ? { path, ids: undefined } : undefined
  }
  const known = users.get(officialName ?? '')
  if (user === undefined || known === undefined || variable !== undefined) return undefined
  const [name = '', group = name] = user.split(':')
  const isThis = (written: string): boolean => written === known.name || written === '1000'
  return isThis(name) && isThis(group) ? { path: known.path, ids: { user: 1000, group: 1000 } } : undefined
}

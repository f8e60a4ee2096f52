import type { TarEntry } from '../../archive/tar-entry.ts'

/**
 * An entry of a package with plain paths: no `./` at the beginning, no slash at the end. Empty is the package's own folder.
 *
 * @returns undefined for one that leads out of the package.
 */
export function entryInside(entry: TarEntry): TarEntry | undefined {
  const path = plainPath(entry.path)
  if (path === undefined || (path === '' && entry.kind !== 'directory')) return undefined
  if (entry.kind !== 'hard-link') return { ...entry, path }
  const linkTarget = plainPath(entry.linkTarget)
  return linkTarget === undefined || linkTarget === '' ? undefined : { ...entry, path, linkTarget }
}

function plainPath(path: string): string | undefined {
  if (path.startsWith('/')) return undefined
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') ? undefined : parts.join('/')
}

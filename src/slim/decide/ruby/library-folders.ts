import { posix } from 'node:path'
import type { FileEntry } from '../../../filetree/file-entry.ts'

/** The folders in which Ruby looks for what it loads, beside those of gems, the first first (RbConfig: sitedir, vendordir, rubylibdir). */
export interface LibraryFolders {
  /** Where a system or a user puts what Ruby does not come with. */
  readonly added: readonly string[]
  /** The standard library. */
  readonly standard: readonly string[]
}

const addedPattern = /\/(site|vendor)_ruby(?:\/\d[\d.]*(?:\/[^/]+-[^/]+)?)?$/
/** Only a standard library has one of these, and only in the folder of a version, or that of a machine below. */
const standardMark = /^(.*\/ruby\/\d[\d.]*(?:\/[^/]+-[^/]+)?)\/(?:rubygems|rbconfig)\.rb$/

/** What lies in one of these folders: the folder, and the first part of the name below it, `racc` of `racc/parser.rb`. */
export function placeIn(
  folders: readonly string[],
  path: string,
): { readonly folder: string; readonly name: string } | undefined {
  const holding = folders.filter((each) => path.startsWith(`${each}/`))
  // That of a version lies in that for all versions.
  const [folder] = holding.toSorted((a, b) => b.length - a.length)
  return folder === undefined ? undefined : { folder, name: path.slice(folder.length + 1).replace(/[/.].*$/, '') }
}

/** Finds them in a tree. */
export function libraryFolders(entries: readonly FileEntry[]): LibraryFolders {
  const added = entries.flatMap(({ path, kind }) => (kind === 'directory' && addedPattern.test(path) ? [path] : []))
  const isSite = (path: string): boolean => path.includes('/site_ruby')
  const standard = new Set(entries.flatMap(({ path }) => standardMark.exec(path)?.[1] ?? []))
  return {
    added: [...added.filter(isSite), ...added.filter((path) => !isSite(path))],
    standard: [...standard].filter((path) => !addedPattern.test(path) && !standard.has(posix.dirname(path))),
  }
}

import { posix } from 'node:path'
import type { FileEntry } from '../../../filetree/file-entry.ts'

/** A gem that is installed, as RubyGems lays it into its home, or as Bundler lays one that it has from git. */
export interface InstalledGem {
  readonly name: string
  readonly version: string
  /** Where its gemspec lies. */
  readonly specification: string
  /** Where its files lie: `/usr/local/bundle/gems/rack-3.1.8`. Of a gem that Ruby comes with nothing may lie there. */
  readonly folder: string
  /** Where its compiled extensions lie. */
  readonly extensions: readonly string[]
}

/** A gemspec that RubyGems reads. Those beside a gem's files are for building it. */
export const specificationPattern = /^(.*)\/specifications\/(?:default\/)?([^/]+)\.gemspec$/
const extensionPattern = /\/extensions\/[^/]+\/[^/]+\/([^/]+)$/
const gitGemPattern = /^(.*\/bundler\/gems\/([^/]+))\/([^/]+)\.gemspec$/

/** The gems of a tree. */
export function findGems(entries: readonly FileEntry[]): readonly InstalledGem[] {
  const extensions = new Map<string, string[]>()
  for (const { path, kind } of entries) {
    const name = kind === 'directory' ? extensionPattern.exec(path)?.[1] : undefined
    if (name !== undefined) extensions.set(name, [...(extensions.get(name) ?? []), path])
  }
  return entries.flatMap(({ path, kind }): readonly InstalledGem[] => {
    if (kind === 'directory') return []
    const [, home, fullName] = specificationPattern.exec(path) ?? []
    if (home !== undefined && fullName !== undefined) {
      const [, name = fullName, version = ''] = /^(.+?)-(\d[\w.]*)/.exec(fullName) ?? []
      const own = (extensions.get(fullName) ?? []).filter((folder) => folder.startsWith(`${home}/`))
      const folder = posix.join(home, 'gems', fullName)
      return [{ name, version, specification: path, folder, extensions: own }]
    }
    const [, folder, directory = '', name] = gitGemPattern.exec(path) ?? []
    if (folder === undefined || name === undefined) return []
    return [{ name, version: 'of git', specification: path, folder, extensions: extensions.get(directory) ?? [] }]
  })
}

/** The folders of gem homes in which installed things lie, each with a slash at its end. */
export function gemFolders(entries: readonly FileEntry[]): readonly string[] {
  const homes = new Set(entries.flatMap(({ path }) => specificationPattern.exec(path)?.[1] ?? []))
  return [...homes].flatMap((home) =>
    ['gems', 'specifications', 'extensions', 'bundler', 'cache', 'doc', 'build_info', 'plugins', 'bin'].map(
      (name) => `${home}/${name}/`,
    ),
  )
}

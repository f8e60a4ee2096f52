import { posix } from 'node:path'
import type { FileEntry } from '../../../filetree/file-entry.ts'
import type { FileTree } from '../../../filetree/file-tree.ts'
import type { Unit } from '../../facts.ts'
import { wasteInUnit } from '../waste.ts'
import { findGems, type InstalledGem } from './gems.ts'
import { libraryFolders, placeIn } from './library-folders.ts'

/** Of Bundler what installs, on paths from its folder on: an app that is started by it loads the other part. */
const installsBundles =
  /^(?:templates|man|installer|fetcher|compact_index_client|cli|plugin|vendor\/(?!thor|tsort|fileutils)[^/]+)\//
/** The same of RubyGems. */
const installsGems =
  /^(?:commands|ext|package|request|request_set|resolver|security|source|ssl_certs|vendor)\/|^(?:command\w*|dependency_installer|doctor|gem_runner|gemcutter_utilities|install\w*|local_remote_options|package\w*|psych_tree|query_utils|rdoc|remote_fetcher|request\w*|s3_uri_signer|security\w*|spec_fetcher|uninstaller|update_suggestion|validator|version_option)\.rb$/

/** The gems of a tree, and what lies in Ruby's own folders without being one. */
export function rubyUnits(tree: FileTree, entries: readonly FileEntry[]): readonly Unit[] {
  const gems = findGems(entries)
  const units = gems.map((gem) => gemUnit(tree, gem))
  const bare = gems.filter(
    ({ specification, folder }) => !specification.includes('/default/') && tree.get(folder) === undefined,
  )
  return [...units, ...libraryUnits(entries, bare)].filter(({ paths }) => paths.length > 0)
}

function gemUnit(tree: FileTree, { name, version, specification, folder, extensions }: InstalledGem): Unit {
  const compiled = extensions.flatMap((each) => filesIn(tree, each))
  const sizes = new Map(
    extensions.flatMap((each) => filesIn(tree, each).map((entry) => [below(entry, each), entry.sizeBytes] as const)),
  )
  const isUseful = (entry: FileEntry): boolean => {
    const path = below(entry, folder)
    if (name === 'bundler' && installsBundles.test(path.replace(/^lib\/bundler\//, ''))) return false
    // An extension is there twice, and looked for in its own folder first.
    if (path.endsWith('.so') && sizes.get(path.replace(/^lib\//, '')) === entry.sizeBytes) return false
    return wasteInUnit(path, 'ruby') === undefined
  }
  const own = filesIn(tree, folder).filter(isUseful)
  const paths = [...compiled.filter(({ path }) => !/\/(?:mkmf\.log|gem_make\.out)$/.test(path)), ...own]
  // A gemspec alone is what a system says of a package of its own, or of a part of the standard library.
  if (paths.length === 0) return { title: name, paths: [] }
  return { title: `${name} ${version}`, paths: [specification, ...paths.map(({ path }) => path)] }
}

/**
 * By the first part of their names: `racc.rb`, `racc/` and, for the machine, `racc/cparse.so`.
 *
 * @param bare gems that are only described: their files are where a system puts them, here.
 */
function libraryUnits(entries: readonly FileEntry[], bare: readonly InstalledGem[]): readonly Unit[] {
  const { added, standard } = libraryFolders(entries)
  const found = new Map<string, string[]>()
  for (const { path, kind } of entries) {
    if (kind === 'directory') continue
    const place = path.includes('ruby') ? placeIn([...added, ...standard], path) : undefined
    if (place === undefined) continue
    const { folder, name } = place
    const inside = path.slice(folder.length + 1)
    const isManager = name === 'rubygems' || name === 'bundler'
    if (standard.includes(folder) && !isManager) continue
    if (name === 'rubygems' && installsGems.test(inside.replace(/^rubygems\//, ''))) continue
    if (name === 'bundler' && installsBundles.test(inside.replace(/^bundler\//, ''))) continue
    // Of RubyGems and Bundler there may be two, of which only the first is loaded.
    const key = isManager ? `${folder} ${name}` : name
    found.set(key, [...(found.get(key) ?? []), path])
  }
  const specifications = new Map(bare.map(({ name, specification }) => [name, specification]))
  return [...found].map(([key, paths]) => {
    const title = key.replace(/^.* /, '')
    const specification = key === title ? specifications.get(title) : undefined
    return { title, paths: [...paths, ...(specification === undefined ? [] : [specification])] }
  })
}

function filesIn(tree: FileTree, folder: string): readonly FileEntry[] {
  if (tree.get(folder)?.kind !== 'directory') return []
  return [...tree.entries(folder)].filter(({ kind }) => kind !== 'directory')
}

function below({ path }: FileEntry, folder: string): string {
  return posix.relative(folder, path)
}

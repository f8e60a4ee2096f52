import { posix } from 'node:path'
import type { FileEntry } from '../../../filetree/file-entry.ts'
import type { FileTree } from '../../../filetree/file-tree.ts'
import type { Need } from '../../facts.ts'
import { readText } from '../read-file.ts'
import { findWay } from '../way.ts'
import { findGems, type InstalledGem } from './gems.ts'
import { libraryFolders, placeIn } from './library-folders.ts'
import type { RubyRequires } from './scan-ruby.ts'

/** Finds what Ruby loads: Kernel#require of its documentation, and what RubyGems and Bundler make of it. */
export interface RubyFiles {
  needsOf(path: string, requires: RubyRequires): readonly Need[]
  /** What a gemspec has to have beside it to count: the gemspecs of what it depends on, and the mark that it is built. */
  needsOfSpecification(path: string): readonly Need[]
  /** What Bundler looks for at each start, from a Gemfile.lock. */
  needsOfLock(text: string): readonly Need[]
}

interface KnownGem extends InstalledGem {
  readonly dependencies: readonly string[]
  /** Below its folder, where what it offers lies: `lib`. */
  readonly requirePaths: readonly string[]
}

/** Where a feature is: in gems, and in the folders that Ruby has for all. */
interface Places {
  readonly gems: string[]
  readonly libraries: string[]
}

type Features = ReadonlyMap<string, Places>

const noPlaces: Places = { gems: [], libraries: [] }
const feature = /\.(?:rb|so)$/

/**
 * Reads the gemspecs of a tree.
 *
 * @param more further folders of the load path: the working directory and RUBYLIB.
 * @param opened of several gems that have the same file, those count of which something was.
 */
export async function createRubyFiles(
  tree: FileTree,
  entries: readonly FileEntry[],
  more: readonly string[],
  opened: ReadonlySet<string>,
): Promise<RubyFiles> {
  const { added, standard } = libraryFolders(entries)
  const gems = await readGems(tree, entries)
  const own = more.filter((folder) => folder !== '/')
  const features = indexFeatures(tree, gems, [
    ...own.flatMap((path) => [path, posix.join(path, 'lib')]),
    ...added,
    ...standard,
  ])
  const named = (await Promise.all(own.map((folder) => readText(tree, posix.join(folder, 'Gemfile.lock'))))).flatMap(
    (text) => directlyLocked(text),
  )
  const isActive = usedParts(gems, added, opened)
  const isFile = (path: string): boolean => findWay(tree, path).target?.kind === 'file'
  /** In every gem that has it, where it is not seen which one is activated; of the other folders the first counts. */
  const find = (name: string): readonly string[] => {
    if (name.startsWith('/')) return [name, `${name}.rb`].filter(isFile)
    const places = features.get(name.replace(/^\.\//, '').replace(feature, '')) ?? noPlaces
    const active = [...places.gems, ...places.libraries].filter(isActive)
    if (active.length > 0) return active
    return places.gems.length > 0 ? places.gems : places.libraries.slice(0, 1)
  }
  const specificationsOf = (names: readonly string[], how: string): readonly Need[] => {
    const wanted = new Set(names)
    return gems
      .filter(({ name }) => wanted.has(name))
      .map(({ name, specification }) => ({ path: specification, how: `${how} ${name}` }))
  }
  const needsOfBeginning = (beginning: string, path: string): readonly Need[] => {
    if (beginning !== '') {
      return [...features].flatMap(([name, { gems: places }]) =>
        name.startsWith(beginning) ? places.map((found) => ({ path: found, how: `may require ${name}` })) : [],
      )
    }
    const names = gems.find(({ folder }) => path.startsWith(`${folder}/`))?.dependencies ?? named
    return anyFileOf(tree, gems, new Set(names))
  }
  return {
    needsOf(path, { features: names, relative, beginnings }) {
      const beside = [...relative].flatMap((name) => {
        const at = posix.join(posix.dirname(path), name)
        const found = ['', '.rb', '.so'].map((ending) => `${at}${ending}`).find(isFile)
        return found === undefined ? [] : [{ path: found, how: `requires ${name}` }]
      })
      const shared = [...names].flatMap((name) => find(name).map((found) => ({ path: found, how: `requires ${name}` })))
      return [...beside, ...shared, ...[...beginnings].flatMap((beginning) => needsOfBeginning(beginning, path))]
    },
    needsOfSpecification(path) {
      const gem = gems.find(({ specification }) => specification === path)
      if (gem === undefined) return []
      const marks = gem.extensions.map((folder) => posix.join(folder, 'gem.build_complete')).filter(isFile)
      return [
        ...marks.map((mark) => ({ path: mark, how: 'counts only beside it' })),
        ...specificationsOf(gem.dependencies, 'depends on'),
      ]
    },
    needsOfLock: (text) => specificationsOf(lockedGems(text), 'locks'),
  }
}

async function readGems(tree: FileTree, entries: readonly FileEntry[]): Promise<readonly KnownGem[]> {
  const gems: KnownGem[] = []
  for (const gem of findGems(entries)) {
    const text = await readText(tree, gem.specification)
    gems.push({ ...gem, dependencies: dependenciesIn(text), requirePaths: requirePaths(text) })
  }
  return gems
}

/** By their names without an ending. @param libraries folders, the first first. */
function indexFeatures(tree: FileTree, gems: readonly KnownGem[], libraries: readonly string[]): Features {
  const features = new Map<string, Places>()
  const add = (folder: string, kind: keyof Places, isLooked: (path: string) => boolean = () => true): void => {
    const real = findWay(tree, folder).target
    if (real?.kind !== 'directory') return
    for (const { path, kind: kindOfEntry } of tree.entries(real.path)) {
      const inside = path.slice(real.path.length + 1)
      if (kindOfEntry === 'directory' || !feature.test(path) || !isLooked(inside)) continue
      const name = inside.replace(feature, '')
      const places = features.get(name) ?? { gems: [], libraries: [] }
      places[kind].push(path)
      features.set(name, places)
    }
  }
  for (const { folder, extensions, requirePaths: paths } of gems) {
    for (const extension of extensions) add(extension, 'gems')
    // What is an extension's own is looked for there first.
    const isLooked = (path: string): boolean =>
      !path.endsWith('.so') || extensions.every((extension) => tree.get(posix.join(extension, path)) === undefined)
    for (const path of paths) add(posix.join(folder, path), 'gems', isLooked)
  }
  for (const folder of libraries) add(folder, 'libraries')
  return features
}

/** One file of each of these gems: what uses one of them may use all. */
function anyFileOf(tree: FileTree, gems: readonly KnownGem[], names: ReadonlySet<string>): readonly Need[] {
  return gems.flatMap(({ name, folder, extensions }) => {
    const first = names.has(name) ? firstFile(tree, [posix.join(folder, 'lib'), ...extensions]) : undefined
    return first === undefined ? [] : [{ path: first, how: `may require ${name} by a computed name` }]
  })
}

/** Tells whether a path is of a gem, or of what has one name in Ruby's own folders, of which something was opened. */
function usedParts(
  gems: readonly InstalledGem[],
  libraries: readonly string[],
  opened: ReadonlySet<string>,
): (path: string) => boolean {
  const folders = gems.flatMap(({ folder, extensions }) => [folder, ...extensions])
  const partOf = (path: string): string =>
    folders.find((folder) => path.startsWith(`${folder}/`)) ?? placeIn(libraries, path)?.name ?? path
  const used = new Set([...opened].filter((path) => feature.test(path)).map(partOf))
  return (path) => used.has(partOf(path))
}

/** `s.add_runtime_dependency(%q<rack>.freeze, ["~> 3.0".freeze])`: as RubyGems writes them. Those of development are for nobody here. */
function dependenciesIn(text: string): readonly string[] {
  const pattern = /\.add_(?:runtime_)?dependency[ (]+(?:%q<([\w.-]+)>|(["'])([\w.-]+)\2)/g
  return [...text.matchAll(pattern)].flatMap(([, percent, , quoted]) => percent ?? quoted ?? [])
}

/** `s.require_paths = ["lib/concurrent-ruby".freeze]` */
function requirePaths(text: string): readonly string[] {
  const list = /\.require_paths? *= *\[([^\]]*)\]/.exec(text)?.[1]
  const paths = [...(list ?? '').matchAll(/(["'])([^"'\n]+)\1/g)].flatMap(([, , path]) => path ?? [])
  return paths.length > 0 ? paths : ['lib']
}

/** All that is locked stands four blanks in, behind it what it depends on, six. */
function lockedGems(text: string): readonly string[] {
  return [...text.matchAll(/^ {4}([\w.-]+) \([^)\n]*\)\r?$/gm)].flatMap(([, name]) => name ?? [])
}

/** What the Gemfile itself names. */
function directlyLocked(text: string): readonly string[] {
  const section = /^DEPENDENCIES\r?\n((?: {2}.*(?:\n|$))*)/m.exec(text)?.[1] ?? ''
  return [...section.matchAll(/^ {2}([\w.-]+)/gm)].flatMap(([, name]) => name ?? [])
}

function firstFile(tree: FileTree, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    if (tree.get(folder)?.kind !== 'directory') continue
    for (const { path, kind } of tree.entries(folder)) if (kind === 'file' && feature.test(path)) return path
  }
  return undefined
}

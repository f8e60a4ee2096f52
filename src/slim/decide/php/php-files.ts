import { posix } from 'node:path'
import type { FileEntry } from '../../../filetree/file-entry.ts'
import type { FileTree } from '../../../filetree/file-tree.ts'
import type { Need } from '../../facts.ts'
import { findWay } from '../way.ts'
import {
  projectRequires,
  readAutoload,
  readVendor,
  vendorFolders,
  type Autoload,
  type ComposerVendor,
} from './composer.ts'
import { sharedPhpFolder } from './php-units.ts'
import type { PhpNames } from './scan-php.ts'

/** Finds what PHP loads: its documentation, "Autoloading Classes" and "include", and Composer's, "Autoload". */
export interface PhpFiles {
  needsOf(path: string, names: PhpNames): readonly Need[]
  /** Extensions by the names that php.ini has for them. */
  needsOfExtensions(names: readonly string[]): readonly Need[]
  /** Whether a file is one that Composer made: it names everything, and needs nothing. */
  isMade(path: string): boolean
}

interface KnownVendor extends ComposerVendor {
  readonly autoload: Autoload
  readonly projectRequires: readonly string[]
  /** One file of each package: what uses one of them may use all. */
  readonly firstFiles: ReadonlyMap<string, string>
}

const extensionFolder = /\/(?:lib\w*\/php\d*\/(?:\d{8}|modules|extensions\/[^/]+))$/

/** Reads what Composer says in a tree. @param more further folders that code is included from: the working directory. */
export async function createPhpFiles(
  tree: FileTree,
  entries: readonly FileEntry[],
  more: readonly string[],
): Promise<PhpFiles> {
  const vendors: KnownVendor[] = []
  for (const folder of vendorFolders(entries)) {
    const vendor = await readVendor(tree, folder)
    vendors.push({
      ...vendor,
      firstFiles: firstFilesOf(tree, vendor),
      autoload: await readAutoload(tree, folder),
      projectRequires: await projectRequires(tree, folder),
    })
  }
  const extensionFolders = entries.flatMap(({ path, kind }) =>
    kind === 'directory' && extensionFolder.test(path) ? [path] : [],
  )
  const isFile = (path: string): boolean => findWay(tree, path).target?.kind === 'file'
  const known = new Map<string, readonly string[]>()
  const filesOf = (name: string): readonly string[] => {
    const files = known.get(name) ?? [...new Set(placesOf(name, vendors))].filter(isFile)
    known.set(name, files)
    return files
  }
  const mayMake = (path: string): readonly Need[] =>
    vendors.flatMap(({ folder, packages, firstFiles, projectRequires: required }) => {
      const own = packages.find((each) => path.startsWith(`${each.folder}/`))
      const isOfProject = own === undefined && path.startsWith(`${posix.dirname(folder)}/`)
      return (own?.requires ?? (isOfProject ? required : [])).flatMap((name) => {
        const first = firstFiles.get(name)
        return first === undefined ? [] : [{ path: first, how: `may use ${name} by a computed name` }]
      })
    })
  return {
    needsOf(path, { qualified, global, included, isOpen }) {
      const needs = [...qualified, ...global].flatMap((name) =>
        filesOf(name).map((file) => ({ path: file, how: `names ${name}` })),
      )
      for (const { path: name, isOwn } of included) {
        const folders = isOwn ? [posix.dirname(path)] : [...more, posix.dirname(path), sharedPhpFolder]
        const found = folders
          .map((folder) => (isOwn ? posix.join(folder, name) : posix.resolve(folder, name)))
          .find(isFile)
        if (found !== undefined) needs.push({ path: found, how: `includes ${name}` })
      }
      return isOpen ? [...needs, ...mayMake(path)] : needs
    },
    needsOfExtensions: (names) =>
      names.flatMap((name) => {
        const file = name.endsWith('.so') ? name : `${name}.so`
        const places = name.startsWith('/') ? [file] : extensionFolders.map((folder) => posix.join(folder, file))
        return places.filter(isFile).map((place) => ({ path: place, how: `loads ${name}` }))
      }),
    isMade: (path) =>
      vendors.some(({ folder }) => path === `${folder}/autoload.php` || posix.dirname(path) === `${folder}/composer`),
  }
}

function firstFilesOf(tree: FileTree, { packages }: ComposerVendor): ReadonlyMap<string, string> {
  return new Map(
    packages.flatMap(({ name, folder }) => {
      const first = [...tree.entries(folder)].find(({ path }) => path.endsWith('.php'))
      return first === undefined ? [] : [[name, first.path] as const]
    }),
  )
}

/** Every path where the file of a class may be. */
function* placesOf(name: string, vendors: readonly KnownVendor[]): Generator<string> {
  const path = name.replaceAll('\\', '/')
  for (const { autoload } of vendors) {
    const mapped = autoload.classes.get(name)
    if (mapped !== undefined) yield mapped
    for (let at = name.lastIndexOf('\\'); at > 0; at = name.lastIndexOf('\\', at - 1)) {
      const rest = path.slice(at + 1)
      for (const folder of autoload.prefixes.get(name.slice(0, at + 1)) ?? []) yield posix.join(folder, `${rest}.php`)
    }
    for (const [prefix, folders] of autoload.namespaces) {
      if (!name.startsWith(prefix)) continue
      const inside = path.replace(/[^/]*$/, (last) => last.replaceAll('_', '/'))
      for (const folder of folders) yield posix.join(folder, `${inside}.php`)
    }
  }
}

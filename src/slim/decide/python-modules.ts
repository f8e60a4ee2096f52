import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Need } from '../facts.ts'
import type { PythonImport } from './python-imports.ts'
import { findWay } from './way.ts'

/** Finds modules of Python: the library reference, "The initialization of the sys.path module search path". */
export interface PythonModules {
  needsOf(path: string, imports: readonly PythonImport[]): readonly Need[]
}

/** The folders in which installed distributions lie: of a Python, or those that `pip install --target` fills. */
export function packageFolders(entries: readonly FileEntry[]): readonly string[] {
  const folders = new Set<string>()
  for (const { path, kind } of entries) {
    if (kind !== 'directory') continue
    if (/\/(?:site|dist)-packages$/.test(path)) folders.add(path)
    else if (path.endsWith('.dist-info')) folders.add(posix.dirname(path))
  }
  return [...folders]
}

/** The folders of a standard library: they have this file. */
const standardMark = '/os.py'

/** Folders that hold the standard library of a Python, with the place of its extension modules beside it. */
export function standardLibraries(entries: readonly FileEntry[]): readonly string[] {
  return entries
    .filter(({ path }) => path.endsWith(standardMark))
    .map(({ path }) => posix.dirname(path))
    .filter((folder) => /\/(?:python|pypy)3?[\d.]*$/.test(folder))
}

/** Modules as the Pythons of a tree find them: in all folders that any of them may look into. */
export function createPythonModules(
  tree: FileTree,
  entries: readonly FileEntry[],
  more: readonly string[],
): PythonModules {
  const standard = standardLibraries(entries)
  const installed = packageFolders(entries)
  const shared = [...more, ...installed, ...standard, ...standard.map((folder) => posix.join(folder, 'lib-dynload'))]
  const extensions = new Map<string, readonly string[]>()

  const isFile = (path: string): boolean => findWay(tree, path).target?.kind === 'file'
  /** `_sqlite3.cpython-313-x86_64-linux-gnu.so` and the like, of one folder, by the names of their modules. */
  const extensionsOf = (folder: string): readonly string[] => {
    const real = findWay(tree, folder).target?.path ?? folder
    const known =
      extensions.get(real) ?? [...tree.children(real)].map(({ path }) => path).filter((path) => path.endsWith('.so'))
    extensions.set(real, known)
    return known
  }
  const moduleAt = (folder: string, name: string): readonly string[] => {
    const path = posix.join(folder, name)
    const found = [`${path}.py`, posix.join(path, '__init__.py'), `${path}.pyc`].filter(isFile)
    if (found.length > 0) return found
    return extensionsOf(folder).filter((each) => posix.basename(each).startsWith(`${name}.`))
  }
  /** The files of a module and of the packages on the way to it. */
  const findModule = (folders: readonly string[], module: string): readonly string[] => {
    const parts = module.split('.')
    for (const folder of folders) {
      const found = parts.flatMap((part, index) => moduleAt(posix.join(folder, ...parts.slice(0, index)), part))
      if (found.length > 0) return found
      // A package without __init__.py is one all the same (PEP 420): what lies in it counts.
      const space = tree.get(posix.join(folder, ...parts))
      if (space?.kind === 'directory') {
        const first = [...tree.children(space.path)].find(({ kind }) => kind === 'file')
        if (first !== undefined) return [first.path]
      }
    }
    return []
  }
  const known = new Map<string, readonly string[]>()
  const findShared = (module: string): readonly string[] => {
    const found = known.get(module) ?? findModule(shared, module)
    known.set(module, found)
    return found
  }
  return {
    needsOf(path, imports) {
      const own = posix.dirname(path)
      const needs = new Map<string, Need>()
      for (const { module, level, names } of imports) {
        const base = level === 0 ? undefined : posix.join(own, ...Array.from({ length: level - 1 }, () => '..'))
        const modules = [
          ...(module === '' ? [] : [module]),
          ...names.map((name) => (module === '' ? name : `${module}.${name}`)),
        ]
        for (const each of modules) {
          const beside = findModule([base ?? own], each)
          const all = beside.length > 0 || base !== undefined ? beside : findShared(each)
          for (const found of all) needs.set(found, { path: found, how: `imports ${each}` })
        }
      }
      needs.delete(path)
      return [...needs.values()]
    },
  }
}

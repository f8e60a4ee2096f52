import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { AppLanguage, Unit } from '../facts.ts'
import type { LibrarySearch } from './libraries.ts'
import type { NodeModules } from './node-modules.ts'
import type { PythonModules } from './python-modules.ts'
import type { ProgramSearch } from './scripts.ts'

/** All that looking into a file takes. */
export interface ContentContext {
  readonly tree: FileTree
  readonly languages: ReadonlySet<AppLanguage>
  readonly libraries: LibrarySearch
  readonly programs: ProgramSearch
  readonly node: NodeModules
  readonly python: PythonModules
  /** Of each path that lies in one, its unit. */
  readonly unitOf: ReadonlyMap<string, Unit>
  /** Whether a module of Python is of its standard library and stays anyway, with all that it imports. */
  isStandard(path: string): boolean
  /** Whether a file came with the app, not with the base image. */
  isOfApp(entry: FileEntry): boolean
}

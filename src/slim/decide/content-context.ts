import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { AppLanguage, Need, Unit } from '../facts.ts'
import type { LibrarySearch } from './libraries.ts'
import type { NodeModules } from './node-modules.ts'
import type { PythonModules } from './python-modules.ts'
import type { RubyFiles } from './ruby/ruby-files.ts'
import type { PhpFiles } from './php/php-files.ts'
import type { ProgramSearch } from './scripts.ts'

/** All that looking into a file takes. */
export interface ContentContext {
  readonly tree: FileTree
  readonly languages: ReadonlySet<AppLanguage>
  readonly libraries: LibrarySearch
  readonly programs: ProgramSearch
  readonly node: NodeModules
  readonly python: PythonModules
  /** Undefined where nothing runs Ruby. */
  readonly ruby: RubyFiles | undefined
  /** What Ruby code needs for the encodings that it names. */
  rubyEncodings(text: string, isOfApp: boolean): readonly Need[]
  /** Undefined where nothing runs PHP. */
  readonly php: PhpFiles | undefined
  /** Of each path that lies in one, its unit. */
  readonly unitOf: ReadonlyMap<string, Unit>
  /** Whether a module is of the standard library of Python or Ruby and stays anyway, with all that it imports. */
  isStandard(path: string): boolean
  /** Whether a file came with the app, not with the base image. */
  isOfApp(entry: FileEntry): boolean
}

import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { AppLanguage, Facts } from '../facts.ts'
import { standardLibraries } from './python-modules.ts'
import { libraryFolders } from './ruby/library-folders.ts'
import { rareEncodings } from './ruby/ruby-encodings.ts'

/** A part of a language's runtime that stays as soon as the language is used: what of it is loaded only later is not known. */
export interface RuntimePart {
  readonly language: AppLanguage
  readonly folder: string
  readonly title: string
  /** On paths within the folder: what a running app has no use for. It stays when something asks for it. */
  readonly without: RegExp
}

const pythonWithout =
  /^(?:test|idlelib|tkinter|turtledemo|ensurepip|lib2to3|pydoc_data|_pyrepl|venv|curses|dbm|site-packages|dist-packages|config-[^/]*|distutils\/tests|\w+\/tests?|msilib|sqlite3\/test)\/|^(?:turtle|antigravity|this|pydoc|_sysconfigdata[^/]*)\.py$|(?:^|\/)__pycache__\/|^(?:lib-dynload\/)?(?:_tkinter|_curses|_curses_panel|_dbm|_gdbm|readline|_test\w*|_ctypes_test|_xxtestfuzz|_xxsubinterpreters|_xxinterpchannels|xx\w*|nis)\.[^/]*so$|\.(?:pyi|a|o|exe)$/
const javaWithout =
  /^(?:jmods|include|man|demo|sample|legal)\/|^(?:lib\/)?src\.zip$|^lib\/ct\.sym$|^bin\/(?!(?:java|jspawnhelper|keytool)$)|^lib\/.*\.a$/
/** RubyGems and Bundler are units of their own. */
const rubyParts =
  /^(?:irb|rdoc|mkmf|bundler|rubygems|reline|readline|prism|ruby_vm|syntax_suggest|debug|un|rinda|coverage|objspace|[^/]*-test-[^/]*)(?:\/|\.rb$|\.so$|$)|(?:^|\/)(?:coverage|objspace)\.so$|\.(?:h|a|o|rbs)$|(?:^|\/)(?:mkmf\.log|gem_make\.out)$/
const rubyWithout = new RegExp(`${rubyParts.source}|${rareEncodings.source}`)
/** Gemspecs of those parts. */
const defaultGemsWithout = /^(?:irb|rdoc|bundler|reline|readline|prism|syntax_suggest|un|rinda)-/
const perlWithout = /\.(?:pod|h|a|ph)$|(?:^|\/)(?:CORE|pod|unicore\/(?:Name|lib\/Perl))\/|\/\.packlist$/

/** The runtimes that an app's languages have in a tree. */
export function runtimeParts(
  { languages }: Pick<Facts, 'languages'>,
  entries: readonly FileEntry[],
  executed: ReadonlySet<string>,
): readonly RuntimePart[] {
  const parts: RuntimePart[] = []
  if (languages.has('python')) {
    for (const folder of standardLibraries(entries))
      parts.push({ language: 'python', folder, title: "Python's standard library", without: pythonWithout })
  }
  const folders = entries.filter(({ kind }) => kind === 'directory').map(({ path }) => path)
  const add = (language: AppLanguage, title: string, pattern: RegExp, without: RegExp): void => {
    if (!languages.has(language)) return
    for (const folder of folders) if (pattern.test(folder)) parts.push({ language, folder, title, without })
  }
  if (languages.has('java')) {
    const homes = entries
      .filter(({ path }) => path.endsWith('/lib/modules'))
      .map(({ path }) => posix.dirname(posix.dirname(path)))
    // Of several, those that ran.
    const used = homes.filter((folder) => executed.has(`${folder}/bin/java`))
    for (const folder of used.length > 0 ? used : homes)
      parts.push({ language: 'java', folder, title: 'the Java runtime', without: javaWithout })
  }
  if (languages.has('ruby')) {
    for (const folder of libraryFolders(entries).standard)
      parts.push({ language: 'ruby', folder, title: "Ruby's standard library", without: rubyWithout })
  }
  add('ruby', 'gems that Ruby comes with', /\/specifications\/default$/, defaultGemsWithout)
  add(
    'perl',
    "Perl's library",
    /^\/usr\/(?:local\/)?(?:lib|share)\/(?:[^/]+-linux-[^/]+\/)?perl(?:-base|5)?$/,
    perlWithout,
  )
  // Debian's Node has modules of its own outside of its program, and loads them when they are first used.
  add(
    'node',
    "Node's own modules",
    /^\/usr\/share\/nodejs\/(?:undici|acorn|acorn-walk|cjs-module-lexer|minimatch|balanced-match|brace-expansion)$/,
    /\.(?:d\.ts|ts|map|md)$|(?:^|\/)(?:docs?|types|tests?)\//,
  )
  return parts
}

/** Tells the modules of the standard libraries of Python and Ruby that stay anyway, with all that they load. */
export function isKeptStandardModule(entries: readonly FileEntry[]): (path: string) => boolean {
  const folders = [
    ...standardLibraries(entries).map((folder) => ({ folder, without: pythonWithout })),
    ...libraryFolders(entries).standard.map((folder) => ({ folder, without: rubyWithout })),
  ]
  return (path) =>
    folders.some(({ folder, without }) => path.startsWith(`${folder}/`) && !without.test(path.slice(folder.length + 1)))
}

import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { AppLanguage, Facts } from '../facts.ts'
import { standardLibraries } from './python-modules.ts'
import type { ProcessSettings } from './settings.ts'

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
const rubyWithout =
  /(?:^|\/)(?:cache|doc|ri|rdoc|test|spec|include)\/|\.(?:c|h|o|a|md|rdoc)$|\/mkmf\.log$|\/gem_make\.out$/
const perlWithout = /\.(?:pod|h|a|ph)$|(?:^|\/)(?:CORE|pod|unicore\/(?:Name|lib\/Perl))\/|\/\.packlist$/

/** The runtimes that an app's languages have in a tree. */
export function runtimeParts(
  { languages }: Pick<Facts, 'languages'>,
  entries: readonly FileEntry[],
  settings: ProcessSettings,
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
  add(
    'ruby',
    'the Ruby runtime',
    /^\/(?:usr|usr\/local)\/lib\/(?:[^/]+\/)?ruby$|^\/var\/lib\/gems$|^\/usr\/(?:share|lib\/[^/]+)\/rubygems-integration$|^\/usr\/local\/bundle$/,
    rubyWithout,
  )
  add(
    'perl',
    "Perl's library",
    /^\/usr\/(?:local\/)?(?:lib|share)\/(?:[^/]+-linux-[^/]+\/)?perl(?:-base|5)?$/,
    perlWithout,
  )
  add('php', "PHP's extensions", /\/lib\/(?:php\/\d+|php\/extensions\/[^/]+)$/, /\.(?:a|la|h)$/)
  // Debian's Node has modules of its own outside of its program, and loads them when they are first used.
  add(
    'node',
    "Node's own modules",
    /^\/usr\/share\/nodejs\/(?:undici|acorn|acorn-walk|cjs-module-lexer|minimatch|balanced-match|brace-expansion)$/,
    /\.(?:d\.ts|ts|map|md)$|(?:^|\/)(?:docs?|types|tests?)\//,
  )
  const gems = settings.environment.get('GEM_HOME')
  if (gems?.startsWith('/') === true && languages.has('ruby'))
    parts.push({ language: 'ruby', folder: gems, title: 'installed gems', without: rubyWithout })
  return parts
}

/** Tells the modules of Python's standard library that stay anyway, with all that they import. */
export function isKeptStandardModule(entries: readonly FileEntry[]): (path: string) => boolean {
  const folders = standardLibraries(entries)
  return (path) =>
    folders.some((folder) => path.startsWith(`${folder}/`) && !pythonWithout.test(path.slice(folder.length + 1)))
}

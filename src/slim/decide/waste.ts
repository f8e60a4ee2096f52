import type { DropCause } from '../ledger.ts'

/** What a file is that no program reads to run. */
export interface Waste {
  readonly cause: DropCause
  readonly detail: string
}

interface WasteRule extends Waste {
  readonly pattern: RegExp
  readonly only?: 'node' | 'python'
}

const code = String.raw`\.(?:[cm]?js|json|node|wasm)$`

/** In the order in which they are tried, on paths within a unit. */
const unitRules: readonly WasteRule[] = [
  { pattern: /(?:^|\/)__pycache__\//, cause: 'cache', detail: 'compiled again when it is needed' },
  { pattern: /(?:^|\/)__tests__\//, cause: 'test', detail: 'tests of a package', only: 'node' },
  {
    pattern: /^(?:test|tests|spec|bench|benchmark|benchmarks|coverage)\//,
    cause: 'test',
    detail: 'tests of a package',
    only: 'node',
  },
  { pattern: /\.(?:test|spec)\.[cm]?js$/, cause: 'test', detail: 'tests of a package', only: 'node' },
  { pattern: /(?:^|\/)tests\//, cause: 'test', detail: 'tests of a distribution', only: 'python' },
  { pattern: /(?:^|\/)conftest\.py$/, cause: 'test', detail: 'tests of a distribution', only: 'python' },
  { pattern: /\.d\.[cm]?ts(?:\.map)?$|\.flow$|\.pyi$/, cause: 'source', detail: 'declares types' },
  { pattern: /\.(?:js|mjs|cjs|css)\.map$/, cause: 'source', detail: 'maps code to its source' },
  { pattern: /\.[cm]?tsx?$/, cause: 'source', detail: 'source of JavaScript', only: 'node' },
  { pattern: /\.(?:pyx|pxd|pxi)$/, cause: 'source', detail: 'source of an extension module' },
  { pattern: /\.(?:h|hh|hpp|hxx|inl)$/, cause: 'headers', detail: '' },
  {
    pattern: /\.(?:c|cc|cpp|cxx|m|rs|go|f|f90|gyp|gypi|mk|cmake)$/,
    cause: 'source',
    detail: 'source of a compiled language',
  },
  { pattern: /\.(?:a|o|obj|lib)$/, cause: 'compiler', detail: 'is for linking programs' },
  {
    pattern: /(?:^|\/)(?:README|CHANGELOG|CHANGES|HISTORY|CONTRIBUTING|AUTHORS|SECURITY|UPGRADING)[^/]*$/i,
    cause: 'documentation',
    detail: '',
  },
  {
    pattern: new RegExp(String.raw`^(?:docs?|examples?|man)\/(?!.*${code})`),
    cause: 'documentation',
    detail: '',
    only: 'node',
  },
  { pattern: /\.(?:md|markdown|rst)$/i, cause: 'documentation', detail: '', only: 'node' },
  // What a terminal reads: as a script, it would keep a shell.
  {
    pattern: /(?:^|[/_.-])completions?(?:\.(?:ba|z|fi)?sh|\.fish|\.zsh)?$/,
    cause: 'documentation',
    detail: 'completes words in a terminal',
  },
  { pattern: /(?:^|\/)\.(?:github|vscode|idea|husky|circleci)\//, cause: 'source', detail: 'settings of tools' },
  {
    pattern:
      /(?:^|\/)\.(?:npmignore|gitignore|gitattributes|editorconfig|eslint[^/]*|prettier[^/]*|babelrc|nycrc|travis\.yml|jshint[^/]*)$/,
    cause: 'source',
    detail: 'settings of tools',
  },
]

/** What a file of a package of Node or a distribution of Python is, if it is nothing that a program reads. Licences are kept. */
export function wasteInUnit(path: string, kind: 'node' | 'python'): Waste | undefined {
  if (/(?:^|\/)(?:LICEN[CS]E|NOTICE|COPYING)[^/]*$/i.test(path)) return undefined
  return unitRules.find(({ pattern, only }) => (only === undefined || only === kind) && pattern.test(path))
}

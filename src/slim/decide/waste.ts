import type { DropCause } from '../ledger.ts'

/** What a file is that no program reads to run. */
export interface Waste {
  readonly cause: DropCause
  readonly detail: string
}

/** Whose package a unit is. */
export type UnitKind = 'node' | 'python' | 'ruby' | 'php'

interface WasteRule extends Waste {
  readonly pattern: RegExp
  readonly only?: UnitKind
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
  {
    pattern: /^(?:tests?|specs?|features|bench|benchmarks?)\//,
    cause: 'test',
    detail: 'tests of a gem',
    only: 'ruby',
  },
  // A folder `Test` in the midst of a package may be of use: Twig's tests are operators.
  {
    pattern: /^(?:tests?|Tests|spec|features|benchmarks?)\//,
    cause: 'test',
    detail: 'tests of a package',
    only: 'php',
  },
  // Some have a library there that is loaded from C.
  { pattern: /^ext\/(?!.*\.so$)/, cause: 'source', detail: 'source of an extension', only: 'ruby' },
  { pattern: /^ports\/archives\//, cause: 'source', detail: 'source of a library', only: 'ruby' },
  { pattern: /\.(?:rbs|rbi)$/, cause: 'source', detail: 'declares types', only: 'ruby' },
  {
    pattern:
      /^(?:Rakefile|Gemfile(?:\.lock)?|Guardfile|Appraisals|Steepfile|Manifest\.txt|\.(?:yardopts|rspec|rubocop[^/]*|document|simplecov|overcommit[^/]*))$/,
    cause: 'source',
    detail: 'is for building',
    only: 'ruby',
  },
  {
    pattern:
      /^(?:composer\.lock|Makefile|build\.xml|(?:phpunit|phpstan|psalm|phpcs|phpbench|infection|rector|behat|box|captainhook|\.?php[-_]cs[^/]*)[^/]*\.(?:xml|neon|ya?ml|json5?|php|dist)[^/]*)$/,
    cause: 'source',
    detail: 'settings of tools',
    only: 'php',
  },
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
    // Code may have such a name too: `history.py`, `SecurityPolicy.php`.
    pattern:
      /(?:^|\/)(?:README|CHANGELOG|CHANGES|HISTORY|CONTRIBUTING|AUTHORS|SECURITY|UPGRADING)(?![^/]*\.(?:[cm]?[jt]sx?|json|py|pyc|so|rb|php)$)[^/]*$/i,
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
  { pattern: /\.(?:md|rdoc)$/i, cause: 'documentation', detail: '', only: 'ruby' },
  { pattern: /^(?:docs?|examples?|samples?|guides|man)\//, cause: 'documentation', detail: '', only: 'ruby' },
  { pattern: /^[^/]*\.(?:md|rst)$|^(?:docs?|examples?|demo)\//i, cause: 'documentation', detail: '', only: 'php' },
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

/** What a file of a unit is, if it is nothing that a program reads. Path from the unit's folder on. Licences are kept. */
export function wasteInUnit(path: string, kind: UnitKind): Waste | undefined {
  if (/(?:^|\/)(?:LICEN[CS]E|NOTICE|COPYING)[^/]*$/i.test(path)) return undefined
  return unitRules.find(({ pattern, only }) => (only === undefined || only === kind) && pattern.test(path))
}

import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { ImageConfig } from '../../image/config.ts'
import type { AppLanguage, Facts } from '../facts.ts'
import type { DropCause } from '../ledger.ts'
import { vendorFolders } from './php/composer.ts'
import { packageFolders } from './python-modules.ts'
import { gemFolders } from './ruby/gems.ts'
import type { ProcessSettings } from './settings.ts'

/** What becomes of a file of the app that nothing was seen to need. */
export type AppVerdict =
  | { readonly isKept: true; readonly detail: string }
  | { readonly isKept: false; readonly cause: DropCause; readonly detail: string }

/** Tells the app's own files from those of the system, and what the app may read on another day from what made it. */
export interface AppFiles {
  /** Undefined for what is no file of the app. */
  verdict(entry: FileEntry): AppVerdict | undefined
}

/** Where the system and its programs lie, not an app: unless it is the working directory, or data was copied there. */
const systemFolders = /^\/(?:bin|boot|dev|etc|lib\w*|media|mnt|proc|root|run|sbin|sys|tmp|usr|var)(?:\/|$)/
const programFolders =
  /^\/(?:bin|sbin|lib\w*|usr\/(?:bin|sbin|lib\w*|include|local\/(?:bin|sbin|lib\w*|include|go)))(?:\/|$)/
const toolHomes = [
  'GOPATH',
  'GOROOT',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'GRADLE_HOME',
  'MAVEN_HOME',
  'JAVA_HOME',
  'NVM_DIR',
  'PNPM_HOME',
]

/** What marks a folder of which everything can be made again, such as Cargo's `target` (Cache Directory Tagging Specification). */
const cacheTag = '/CACHEDIR.TAG'

/** Prepares to judge the files of an image. */
export function createAppFiles(
  facts: Facts,
  settings: ProcessSettings,
  baseLayers: number,
  entries: readonly FileEntry[],
): AppFiles {
  const copied = copiedLayers(facts.config)
  const owned = new Set(facts.packages.flatMap(({ paths }) => paths))
  const installed = packageFolders(entries)
  const scripts = installed.flatMap((folder) => scriptFolder(folder) ?? [])
  const folders = [
    ...[...installed, ...scripts, ...vendorFolders(entries)].map((folder) => `${folder}/`),
    ...gemFolders(entries),
  ]
  // Packages stay by what uses them.
  const isInstalled = (path: string): boolean =>
    path.includes('/node_modules/') || folders.some((folder) => path.startsWith(folder))
  const tools = toolHomes.flatMap((name) => settings.environment.get(name) ?? []).filter((path) => path.startsWith('/'))
  const home = settings.workingDirectory
  const caches = entries.flatMap(({ path }) => (path.endsWith(cacheTag) ? [path.slice(0, 1 - cacheTag.length)] : []))
  const isApp = ({ path, layer }: FileEntry): boolean => {
    if (layer < baseLayers || owned.has(path) || isInstalled(path)) return false
    if (isWithin(path, home) && home !== '/') return true
    if (programFolders.test(path)) return false
    if (copied.has(layer)) return true
    return !systemFolders.test(path) && !tools.some((folder) => isWithin(path, folder))
  }
  return {
    verdict(entry) {
      if (entry.kind === 'directory' || !isApp(entry)) return undefined
      if (caches.some((folder) => entry.path.startsWith(folder)))
        return { isKept: false, cause: 'cache', detail: 'in a folder that says that it is one' }
      const below = isWithin(entry.path, home) && home !== '/' ? entry.path.slice(home.length) : entry.path
      return judge(entry, below, facts)
    },
  }
}

/** Where distributions of Python have their programs, in a virtual environment and elsewhere: each stays by what runs it. */
function scriptFolder(packageFolder: string): string | undefined {
  const place = /^(.*)\/lib(?:64)?\/python[\d.]+\/(?:site|dist)-packages$/.exec(packageFolder)?.[1]
  return place === undefined ? undefined : `${place}/bin`
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}

/** The layers that COPY and ADD made. */
function copiedLayers({ history }: ImageConfig): ReadonlySet<number> {
  const layers = (history ?? []).filter((entry) => entry.empty_layer !== true)
  return new Set(
    layers.flatMap((entry, index) => (/(?:^|#\(nop\) +)(?:COPY|ADD) /.test(entry.created_by ?? '') ? [index] : [])),
  )
}

interface AppRule {
  readonly pattern: RegExp
  readonly cause: DropCause
  readonly detail: string
  /** Languages whose apps may read it. */
  readonly unless?: readonly AppLanguage[]
}

/** On paths from the working directory on, in the order in which they are tried. */
const rules: readonly AppRule[] = [
  { pattern: /\/\.(?:git|hg|svn|bzr)\//, cause: 'source', detail: 'version control' },
  {
    pattern:
      /\/(?:__pycache__|\.cache|\.npm|\.yarn\/cache|\.next\/cache|\.m2|\.gradle|\.mypy_cache|\.pytest_cache|\.ruff_cache|\.tox|\.nyc_output|\.parcel-cache|\.turbo)\//,
    cause: 'cache',
    detail: '',
  },
  { pattern: /\.py[co]$/, cause: 'cache', detail: 'compiled again when it is needed' },
  { pattern: /\/vendor\/cache\/[^/]+\.gem$/, cause: 'cache', detail: 'a gem before it is installed' },
  { pattern: /^\/(?:tests?|__tests__|specs?|e2e|cypress|coverage|testdata)\//, cause: 'test', detail: '' },
  { pattern: /\/(?:__tests__|__mocks__|testdata)\//, cause: 'test', detail: '' },
  {
    pattern: /(?:\.(?:test|spec)\.[cm]?[jt]sx?|_test\.(?:go|py|exs|rb)|\/test_[^/]*\.py|\/conftest\.py|_spec\.rb)$/,
    cause: 'test',
    detail: '',
  },
  { pattern: /^\/(?:src\/test)\//, cause: 'test', detail: '' },
  {
    pattern:
      /\/(?:target\/(?:debug|release)\/(?:build|deps|incremental|examples|\.fingerprint)|CMakeFiles|obj|target\/(?:classes|test-classes|maven-\w+|generated-\w+|surefire-reports)|build\/(?:tmp|classes|kotlin|reports|test-results))\//,
    cause: 'cache',
    detail: 'what a build leaves behind',
  },
  {
    pattern: /\.(?:o|obj|a|lo|la|rlib|rmeta|d|gch|pch|pdb|tsbuildinfo)$/,
    cause: 'cache',
    detail: 'what a build leaves behind',
  },
  { pattern: /\.(?:h|hh|hpp|hxx|inl)$/, cause: 'headers', detail: '' },
  {
    pattern:
      /\.(?:go|rs|c|cc|cpp|cxx|m|mm|s|asm|java|kt|kts|scala|groovy|cs|fs|vb|swift|zig|hs|ml|mli|nim|cr|d|f90|pas|sbt)$/i,
    cause: 'source',
    detail: 'source of a compiled language',
  },
  {
    pattern: /\.proto$/i,
    cause: 'source',
    detail: 'source of a compiled language',
    // Loaders of gRPC read it when a service is first used.
    unless: ['node', 'python', 'ruby', 'php'],
  },
  {
    pattern: /\.(?:tsx?|[cm]ts|jsx|vue|svelte|scss|sass|less|styl|coffee|pyi|flow)$/,
    cause: 'source',
    detail: 'source that is translated',
  },
  {
    pattern:
      /\/(?:Dockerfile[^/]*|[^/]*\.[Dd]ockerfile|Containerfile[^/]*|(?:docker-)?compose[^/]*\.ya?ml|\.dockerignore|Makefile|GNUmakefile|CMakeLists\.txt|meson\.build|BUILD(?:\.bazel)?|WORKSPACE|go\.(?:mod|sum|work|work\.sum)|Cargo\.(?:toml|lock)|pom\.xml|mvnw(?:\.cmd)?|gradlew(?:\.bat)?|gradle\.properties|[^/]*\.gradle|Gemfile(?:\.lock)?|Rakefile|composer\.lock|mix\.lock|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|lerna\.json|nx\.json|turbo\.json|tsconfig[^/]*\.json|jsconfig\.json|(?:jest|vitest|webpack|rollup|vite|babel|eslint|postcss|tailwind|prettier|playwright|cypress|karma|tsup|esbuild|commitlint|lint-staged)\.(?:config|conf)\.[cm]?[jt]s|gulpfile\.[cm]?js|Gruntfile\.js|nodemon\.json|Pipfile(?:\.lock)?|poetry\.lock|uv\.lock|pdm\.lock|requirements[^/]*\.(?:txt|in)|setup\.(?:py|cfg)|tox\.ini|pytest\.ini|mypy\.ini|noxfile\.py|MANIFEST\.in|[^/]*\.(?:sln|csproj|fsproj|vbproj))$/,
    cause: 'source',
    detail: 'is for building',
  },
  {
    pattern:
      /\/\.(?:gitignore|gitattributes|gitmodules|gitlab-ci\.yml|travis\.yml|editorconfig|npmignore|nvmrc|node-version|python-version|ruby-version|tool-versions|eslint[^/]*|prettier[^/]*|stylelint[^/]*|babelrc[^/]*|browserslistrc|flake8|pylintrc|coveragerc|pre-commit-config\.yaml|rubocop\.yml|golangci[^/]*|air\.toml|DS_Store)$/,
    cause: 'source',
    detail: 'settings of tools',
  },
  {
    pattern: /\/\.(?:github|gitlab|circleci|vscode|idea|husky|devcontainer)\//,
    cause: 'source',
    detail: 'settings of tools',
  },
  {
    pattern:
      /\/(?:README|CHANGELOG|CHANGES|CONTRIBUTING|CODE_OF_CONDUCT|SECURITY|AUTHORS|HISTORY|TO[D]O)(?:\.(?:md|markdown|rst|txt|adoc))?$/i,
    cause: 'documentation',
    detail: '',
  },
  {
    pattern: /^\/(?:docs?|documentation|examples?|samples?)\/(?!.*\.(?:[cm]?js|py|rb|php)$)/i,
    cause: 'documentation',
    detail: '',
  },
]

const scripts = /\.(?:sh|bash|zsh|ksh|fish)$/
const codeLanguages: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/\.py$/, ['python'], 'Python'],
  [/\.(?:rb|erb|rake|ru)$/, ['ruby'], 'Ruby'],
  [/\.(?:php|phtml)$/, ['php'], 'PHP'],
  [/\.(?:pl|pm)$/, ['perl'], 'Perl'],
  [/\.(?:class|jar|war)$/, ['java'], 'Java'],
]

function judge(entry: FileEntry, below: string, { languages }: Facts): AppVerdict {
  const rule = rules.find(
    ({ pattern, unless = [] }) => pattern.test(below) && !unless.some((language) => languages.has(language)),
  )
  if (rule !== undefined) return { isKept: false, cause: rule.cause, detail: rule.detail }
  if (scripts.test(below)) return { isKept: false, cause: 'unused', detail: 'a shell script that nothing ran' }
  if ((entry.mode & 0o6000) !== 0) return { isKept: false, cause: 'setuid', detail: '' }
  const code = codeLanguages.find(([pattern]) => pattern.test(below))
  if (code !== undefined) {
    const [, needed, name] = code
    if (needed.some((language) => [...languages].some((each) => each === language)))
      return { isKept: true, detail: 'its code' }
    return { isKept: false, cause: 'source', detail: `code of ${name}, which nothing here runs` }
  }
  return { isKept: true, detail: /\.[cm]?js$/.test(below) ? 'its code' : `in ${posix.dirname(entry.path)}` }
}

/** A tool that keeps what it downloads or compiles for its next run. */
export type ToolWithCache = keyof typeof toolCaches

/** What such a tool keeps. */
export interface ToolCache {
  /**
   * Its folders, by what says where they are: the first of these variables that is set, with what comes behind its value, or the path
   * at the end, in which `~` is the home folder. A path before that is root's.
   */
  readonly folders: readonly string[]
  /** Whether its later commands need what is there, and fetch it again where it is not. The others have what they need elsewhere. */
  readonly isNeededLater: boolean
  /** Whether two of its processes get into each other's way that do not see each other's locks. */
  readonly isExclusive: boolean
  /** What a word or a path looks like that means one of the folders. */
  readonly mention: RegExp
  /** Variables and options that make it keep nothing, or keep it elsewhere. */
  readonly offVariables: readonly string[]
  readonly offOptions: readonly string[]
  readonly cost: string
}

const download = 'Whenever a file before it changes, it downloads every package again.'

/**
 * From the tools' documentation, November 2026: go 1.25 (GOCACHE, GOMODCACHE), Cargo 1.91 (Cargo Home), Maven 3.9, Gradle 9 (directory
 * layout), NuGet (global packages), sbt 1, pip 25, uv 0.9, Poetry 2, Pipenv 2025, npm 11, Yarn 1.22, pnpm 10, Bun 1.3, Composer 2.8,
 * Bundler 2.7.
 */
export const toolCaches = {
  go: {
    folders: ['GOMODCACHE GOPATH/pkg/mod ~/go/pkg/mod', 'GOCACHE XDG_CACHE_HOME/go-build ~/.cache/go-build'],
    isNeededLater: true,
    isExclusive: false,
    mention: /pkg\/mod|go-build/,
    offVariables: [],
    offOptions: ['-modcacherw'],
    cost: 'Whenever a source file changes, it compiles every package again, and with go.mod it downloads every module.',
  },
  cargo: {
    folders: ['CARGO_HOME/registry ~/.cargo/registry', 'CARGO_HOME/git/db ~/.cargo/git/db'],
    isNeededLater: true,
    isExclusive: false,
    mention: /cargo\/(?:registry|git)|CARGO_HOME/,
    offVariables: ['CARGO_NET_OFFLINE'],
    offOptions: ['--offline', '--frozen'],
    cost: 'Whenever a file before it changes, it downloads every crate again.',
  },
  maven: {
    folders: ['~/.m2/repository'],
    isNeededLater: true,
    isExclusive: true,
    mention: /\.m2\/repository/,
    offVariables: [],
    offOptions: ['--offline', '-o'],
    cost: 'Whenever a file before it changes, it downloads every plugin and library again.',
  },
  gradle: {
    folders: ['GRADLE_USER_HOME/caches ~/.gradle/caches'],
    isNeededLater: true,
    isExclusive: true,
    mention: /\.gradle\/(?:caches|wrapper)|GRADLE_USER_HOME/,
    offVariables: [],
    offOptions: ['--offline', '-g', '--gradle-user-home'],
    cost: 'Whenever a file before it changes, it downloads every plugin and library again.',
  },
  dotnet: {
    folders: ['NUGET_PACKAGES ~/.nuget/packages'],
    isNeededLater: true,
    isExclusive: true,
    mention: /\.nuget\b|NUGET_PACKAGES/,
    offVariables: [],
    offOptions: ['--packages'],
    cost: download,
  },
  sbt: {
    folders: ['COURSIER_CACHE XDG_CACHE_HOME/coursier ~/.cache/coursier', '~/.ivy2/cache', '~/.sbt/boot'],
    isNeededLater: true,
    isExclusive: true,
    mention: /coursier|\.ivy2|\.sbt\/boot/,
    offVariables: ['SBT_OPTS'],
    offOptions: ['-ivy', '-sbt-boot', '-sbt-dir'],
    cost: 'Whenever a file before it changes, it downloads sbt, every plugin and library again.',
  },
  pip: {
    folders: ['PIP_CACHE_DIR XDG_CACHE_HOME/pip ~/.cache/pip'],
    isNeededLater: false,
    isExclusive: false,
    mention: /\.cache\/pip\b|PIP_CACHE_DIR/,
    offVariables: ['PIP_NO_CACHE_DIR', 'PIP_NO_INDEX'],
    offOptions: ['--no-cache-dir', '--no-cache', '--cache-dir', '--no-index'],
    cost: 'Whenever a file before it changes, it downloads every package again, and builds those that have no wheel.',
  },
  uv: {
    folders: ['UV_CACHE_DIR XDG_CACHE_HOME/uv ~/.cache/uv'],
    isNeededLater: false,
    isExclusive: false,
    mention: /\.cache\/uv\b|UV_CACHE_DIR/,
    offVariables: ['UV_NO_CACHE', 'UV_OFFLINE'],
    offOptions: ['--no-cache', '-n', '--cache-dir', '--offline'],
    cost: download,
  },
  poetry: {
    // Virtual environments are beside these.
    folders: [
      'POETRY_CACHE_DIR/cache XDG_CACHE_HOME/pypoetry/cache ~/.cache/pypoetry/cache',
      'POETRY_CACHE_DIR/artifacts XDG_CACHE_HOME/pypoetry/artifacts ~/.cache/pypoetry/artifacts',
    ],
    isNeededLater: false,
    isExclusive: false,
    mention: /pypoetry|POETRY_CACHE_DIR/,
    offVariables: [],
    offOptions: ['--no-cache'],
    cost: download,
  },
  pipenv: {
    folders: [
      'PIPENV_CACHE_DIR XDG_CACHE_HOME/pipenv ~/.cache/pipenv',
      'PIP_CACHE_DIR XDG_CACHE_HOME/pip ~/.cache/pip',
    ],
    isNeededLater: false,
    isExclusive: false,
    mention: /\.cache\/pip|PIPENV_CACHE_DIR|PIP_CACHE_DIR/,
    offVariables: ['PIP_NO_CACHE_DIR'],
    offOptions: [],
    cost: download,
  },
  npm: {
    folders: ['npm_config_cache NPM_CONFIG_CACHE ~/.npm'],
    isNeededLater: false,
    isExclusive: false,
    mention: /\.npm(?:\/|$)|_cacache/,
    offVariables: ['npm_config_offline', 'NPM_CONFIG_OFFLINE'],
    offOptions: ['--cache', '--offline'],
    cost: download,
  },
  yarn: {
    folders: ['YARN_CACHE_FOLDER XDG_CACHE_HOME/yarn /usr/local/share/.cache/yarn ~/.cache/yarn'],
    isNeededLater: false,
    isExclusive: true,
    mention: /\.cache\/yarn|YARN_CACHE_FOLDER/,
    offVariables: [],
    offOptions: ['--cache-folder', '--offline', '--immutable', '--modules-folder'],
    cost: download,
  },
  pnpm: {
    folders: [
      'npm_config_store_dir NPM_CONFIG_STORE_DIR PNPM_HOME/store XDG_DATA_HOME/pnpm/store ~/.local/share/pnpm/store',
    ],
    isNeededLater: false,
    isExclusive: false,
    mention: /pnpm[-/]store|PNPM_HOME\/store/,
    offVariables: [],
    offOptions: ['--store-dir', '--offline', '--virtual-store-dir'],
    cost: download,
  },
  bun: {
    folders: ['BUN_INSTALL_CACHE_DIR BUN_INSTALL/install/cache ~/.bun/install/cache'],
    isNeededLater: false,
    isExclusive: false,
    mention: /install\/cache/,
    offVariables: ['XDG_CACHE_HOME'],
    offOptions: ['--cache-dir', '--no-cache'],
    cost: download,
  },
  composer: {
    folders: ['COMPOSER_CACHE_DIR COMPOSER_HOME/cache ~/.composer/cache'],
    isNeededLater: false,
    isExclusive: false,
    mention: /composer\/cache|COMPOSER_CACHE_DIR/,
    offVariables: [],
    offOptions: ['--no-cache'],
    cost: download,
  },
  bundler: {
    folders: ['GEM_HOME/cache'],
    isNeededLater: false,
    isExclusive: true,
    mention: /bundle\/cache|GEM_HOME|BUNDLE_PATH/,
    offVariables: ['BUNDLE_PATH', 'BUNDLE_DEPLOYMENT', 'BUNDLE_CACHE_PATH'],
    offOptions: ['--path', '--local', '--deployment'],
    cost: download,
  },
} as const satisfies Readonly<Record<string, ToolCache>>

/** The variables that say where tools keep things, or that they keep nothing. */
export const cacheVariables: ReadonlySet<string> = new Set([
  ...Object.values(toolCaches).flatMap(({ folders, offVariables }) => [
    ...folders.flatMap((choices) => choices.split(' ').flatMap((choice) => choice.split('/', 1))),
    ...offVariables,
  ]),
  ...['HOME', 'GOFLAGS', 'GOPROXY', 'UV_LINK_MODE', 'XDG_CACHE_HOME'],
])

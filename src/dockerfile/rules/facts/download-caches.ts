import type { ShellCommand } from '../../shell-command.ts'
import { clearsFolder } from './cleared-folders.ts'
import { findOption } from './command-options.ts'
import { dependencyCommand, type DependencyCommand, type DependencyTool } from './dependency-commands.ts'

/** What a tool keeps of what it downloads, besides what it installs. */
export interface DownloadCache {
  /** Where it keeps it. `~` is the home folder of whoever runs it. */
  readonly folders: readonly string[]
  /** Variables that make it keep nothing, or keep it elsewhere. */
  readonly variables: readonly string[]
  /** Options that do the same for one command. */
  readonly options: readonly string[]
  /** The option that makes it keep nothing, if it has one that every version knows. */
  readonly offOption?: string
  /** The command that takes away what it kept, and nothing else. Undefined where there is none. */
  readonly cleanUp?: string
  readonly cost: string
}

/**
 * Tools that keep a second copy. Not among them are those that link what they install from what they keep, which in one layer takes
 * no more room: pnpm, bun, and uv unless it is told to copy.
 *
 * From the tools' own documentation, November 2026: pip 25 (Caching), npm 11 (npm-cache), Yarn 1.22 (yarn cache), Composer 2.8
 * (cache-dir), Poetry 2 (cache-dir), Pipenv 2025 (PIPENV_CACHE_DIR), RubyGems 3.6, conda 25 (conda clean), uv 0.9 (link-mode).
 */
const caches: { readonly [Tool in DependencyTool]?: DownloadCache } = {
  pip: {
    folders: ['~/.cache/pip'],
    variables: ['PIP_NO_CACHE_DIR', 'PIP_CACHE_DIR', 'XDG_CACHE_HOME'],
    options: ['--no-cache-dir', '--no-cache', '--cache-dir', '--no-index'],
    offOption: '--no-cache-dir',
    cleanUp: 'rm -rf ~/.cache/pip',
    cost: 'Every wheel that it installs is in the layer twice, once as it was downloaded or built.',
  },
  npm: {
    folders: ['~/.npm', '~/.npm/_cacache'],
    variables: ['npm_config_cache', 'NPM_CONFIG_CACHE'],
    options: ['--cache'],
    cleanUp: 'npm cache clean --force',
    cost: 'Every package that it installs is in the layer twice, once as it was downloaded.',
  },
  yarn: {
    folders: ['/usr/local/share/.cache/yarn', '/usr/local/share/.cache', '~/.cache/yarn'],
    variables: ['YARN_CACHE_FOLDER'],
    options: ['--cache-folder'],
    cleanUp: 'yarn cache clean',
    cost: 'Yarn 1 keeps every package unpacked a second time.',
  },
  composer: {
    // The image of Composer has its home in /tmp.
    folders: ['~/.composer/cache', '~/.cache/composer', '/tmp/cache'],
    variables: ['COMPOSER_CACHE_DIR', 'COMPOSER_HOME', 'XDG_CACHE_HOME'],
    options: ['--no-cache'],
    cleanUp: 'composer clear-cache',
    cost: 'Every package that it installs is in the layer twice, once as it was downloaded.',
  },
  poetry: {
    folders: ['~/.cache/pypoetry/artifacts', '~/.cache/pypoetry'],
    variables: ['POETRY_CACHE_DIR', 'XDG_CACHE_HOME'],
    options: [],
    // Virtual environments are in the same folder.
    cleanUp: 'rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache',
    cost: 'Every wheel that it installs is in the layer twice, once as it was downloaded.',
  },
  pipenv: {
    folders: ['~/.cache/pipenv', '~/.cache/pip'],
    variables: ['PIPENV_CACHE_DIR', 'PIP_NO_CACHE_DIR', 'PIP_CACHE_DIR', 'XDG_CACHE_HOME'],
    options: [],
    cleanUp: 'rm -rf ~/.cache/pipenv ~/.cache/pip',
    cost: 'Every wheel that it installs is in the layer twice, once as it was downloaded or built.',
  },
  gem: {
    folders: ['/usr/local/bundle/cache'],
    variables: [],
    options: ['-i', '--install-dir'],
    cost: 'Every gem that it installs is in the layer twice, once as it was downloaded.',
  },
  bundler: {
    folders: ['/usr/local/bundle/cache', '~/.bundle/cache'],
    variables: [],
    options: ['--path', '--local'],
    cost: 'Every gem that it installs is in the layer twice, once as it was downloaded.',
  },
  conda: {
    folders: ['/opt/conda/pkgs'],
    variables: ['CONDA_PKGS_DIRS'],
    options: ['--download-only'],
    cleanUp: 'conda clean --all --yes',
    cost: 'Every package that it installs is in the layer twice, once as it was downloaded, besides the lists of its channels.',
  },
  uv: {
    folders: ['~/.cache/uv'],
    variables: ['UV_NO_CACHE', 'UV_CACHE_DIR', 'XDG_CACHE_HOME'],
    options: ['--no-cache', '-n', '--cache-dir'],
    offOption: '--no-cache',
    cost: 'Every package is in the layer twice, as uv was told to copy it from its cache and not to link it.',
  },
}

/** The tools that keep a second copy. */
// prettier-ignore
export const cachingTools = [
  'pip', 'npm', 'yarn', 'composer', 'poetry', 'pipenv', 'gem', 'bundler', 'conda', 'uv',
] as const satisfies readonly DependencyTool[]

/** Whether a command takes away what a tool kept: `npm cache clean`, `rm -rf ~/.npm`, `rm -rf $(npm config get cache)`. */
export function cleansDownloads(command: ShellCommand, tool: DependencyTool): boolean {
  const { program, arguments: words } = command
  if (program === 'rm' || program === 'find') {
    const isGem = tool === 'gem' || tool === 'bundler'
    return (
      words.some(({ value, hasSubstitution }) => hasSubstitution || (isGem && /\bcache\b/.test(value))) ||
      (caches[tool]?.folders ?? []).some((folder) => clearsFolder(command, folder))
    )
  }
  const text = words.map(({ value }) => value).join(' ')
  return cleaners[tool]?.test(`${program} ${text}`) ?? false
}

/** What cleans up, as words with one blank between them. */
const cleaners: { readonly [Tool in DependencyTool]?: RegExp } = {
  pip: /^(?:pip[0-9.]*|python[0-9.]* -m pip) (?:\S+ )*cache purge\b/,
  npm: /^npm (?:\S+ )*cache (?:clean|clear|rm)\b/,
  yarn: /^yarn (?:\S+ )*cache clean\b/,
  composer: /^(?:composer|php \S+) (?:\S+ )*(?:clear-?cache|cc)\b/,
  conda: /^(?:conda|mamba|micromamba) (?:\S+ )*clean\b/,
  poetry: /^poetry (?:\S+ )*cache clear\b/,
  pipenv: /^pipenv (?:\S+ )*--clear\b/,
  uv: /^uv (?:\S+ )*cache (?:clean|prune)\b/,
}

/** A command that leaves a second copy of what it downloads, if nothing in its environment prevents it. */
export interface CachingCommand {
  readonly asked: DependencyCommand
  readonly cache: DownloadCache
}

/**
 * Undefined for commands that keep nothing, and for those of which it is not known: Yarn 2 and later have their packages where Yarn 1
 * has copies.
 *
 * @param has Whether a variable is set, and to what.
 */
export function cachingCommand(
  command: ShellCommand,
  has: (name: string) => string | undefined,
): CachingCommand | undefined {
  const asked = dependencyCommand(command)
  const cache = asked === undefined ? undefined : caches[asked.tool]
  if (
    asked === undefined ||
    cache === undefined ||
    findOption(asked, ...cache.options, '--dry-run', '--help') !== undefined
  ) {
    return undefined
  }
  const isSet = (name: string): boolean =>
    has(name) !== undefined || command.assignments.some((each) => each.name === name)
  if (cache.variables.some((name) => isSet(name))) return undefined
  if (asked.tool === 'uv' && !copies(asked, command, has)) return undefined
  return { asked, cache }
}

function copies(
  asked: DependencyCommand,
  { assignments }: ShellCommand,
  has: (name: string) => string | undefined,
): boolean {
  const mode =
    findOption(asked, '--link-mode')?.value ??
    assignments.find(({ name }) => name === 'UV_LINK_MODE')?.value?.value ??
    has('UV_LINK_MODE')
  return mode === 'copy'
}

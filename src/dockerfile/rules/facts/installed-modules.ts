import { posix } from 'node:path'
import type { BuildContext } from '../../build-context.ts'
import { findOption } from './command-options.ts'
import { resolveWord } from './command-folders.ts'
import { dependencyCommand, optionValues } from './dependency-commands.ts'
import { isWithin } from './paths.ts'
import { visitStageCommands, type StageCommand } from './stage-commands.ts'
import type { StageFacts } from './stage-facts.ts'

/** Packages of a language that a stage installs, some of which may hold native code. */
export interface InstalledModules {
  readonly kind: 'node' | 'python' | 'ruby'
  readonly libc: 'glibc' | 'musl'
  /** Folders that they are in. */
  readonly folders: readonly string[]
  readonly command: StageCommand
}

const installsMax = 50

/** What the stages install with the package managers of Node.js, Python and Ruby. */
export function installedModules(stages: readonly StageFacts[]): ReadonlyMap<StageFacts, readonly InstalledModules[]> {
  const found = new Map<StageFacts, readonly InstalledModules[]>()
  for (const stage of stages) {
    const own = stage.parent === undefined ? [] : [...(found.get(stage.parent) ?? [])]
    found.set(stage, own)
    const { libc } = stage.base
    if (!stage.isNeeded || (libc !== 'glibc' && libc !== 'musl')) continue
    const environments: string[] = []
    visitStageCommands(stage, (command) => {
      const environment = madeEnvironment(command)
      if (environment !== undefined) environments.push(environment)
      const modules = modulesOf(command, environments)
      if (modules !== undefined && own.length < installsMax) own.push({ ...modules, libc, command })
    })
  }
  return found
}

/** The modules that a COPY takes along: their folder, one in it, or one around it. */
export function copiedModules(all: readonly InstalledModules[], source: string): InstalledModules | undefined {
  const path = source.replace(/(?<=.)\/$/, '')
  return all.find(({ folders }) => folders.some((folder) => isWithin(folder, path) || isWithin(path, folder)))
}

/** `python -m venv /venv`, `virtualenv /venv`, `uv venv` */
function madeEnvironment({ command, folder }: StageCommand): string | undefined {
  const words = command.arguments.map(({ value }) => value)
  const isModule =
    /^python[0-9.]*$/.test(command.program) && words[0] === '-m' && /^(?:venv|virtualenv)$/.test(words[1] ?? '')
  const isTool = command.program === 'virtualenv' || (command.program === 'uv' && words[0] === 'venv')
  if (!isModule && !isTool) return undefined
  const path = command.arguments
    .slice(isModule ? 2 : command.program === 'uv' ? 1 : 0)
    .find(({ value }) => !value.startsWith('-'))
  if (path === undefined) return command.program === 'uv' ? resolveWord(folder, '.venv') : undefined
  return path.isLiteral ? resolveWord(folder, path.value) : undefined
}

function modulesOf(
  found: StageCommand,
  environments: readonly string[],
): Pick<InstalledModules, 'kind' | 'folders'> | undefined {
  const { command, folder } = found
  const asked = dependencyCommand(command)
  if (
    asked === undefined ||
    findOption(asked, '--libc', '--platform', '--os', '--cpu', '--ignore-scripts') !== undefined
  )
    return undefined
  const inFolder = (path: string | undefined): readonly string[] => {
    const resolved = path === undefined ? undefined : resolveWord(folder, path)
    return resolved === undefined ? [] : [resolved]
  }
  if (asked.tool === 'npm' || asked.tool === 'yarn' || asked.tool === 'pnpm' || asked.tool === 'bun') {
    if (asked.isGlobal || asked.action === 'fetch') return undefined
    const [prefix = ''] = optionValues(asked, '--prefix', '-C', '--cwd', '--dir')
    return { kind: 'node', folders: inFolder(posix.join(prefix, 'node_modules')) }
  }
  if (asked.tool === 'pip') {
    if (asked.action !== 'install') return undefined
    const targets = optionValues(asked, '-t', '--target', '--prefix', '--root').flatMap((path) => inFolder(path))
    const own = /^(\/.*)\/bin\/[^/]+$/.exec(command.programWord?.value ?? '')?.[1]
    const isUser = findOption(asked, '--user') !== undefined
    const inImage = isUser ? ['/root/.local'] : ['/usr/local/lib']
    const used = own === undefined ? environments : [own]
    return { kind: 'python', folders: targets.length > 0 ? targets : [...used, ...inImage] }
  }
  if (asked.tool === 'uv') {
    return { kind: 'python', folders: [...environments, ...(asked.action === 'sync' ? inFolder('.venv') : [])] }
  }
  const isRuby = asked.tool === 'bundler' || asked.tool === 'gem'
  return isRuby ? { kind: 'ruby', folders: ['/usr/local/bundle', ...inFolder('vendor/bundle')] } : undefined
}

const bytesMax = 524_288

const lockFiles: Readonly<Record<InstalledModules['kind'], readonly string[]>> = {
  node: ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'npm-shrinkwrap.json', 'package.json'],
  python: ['uv.lock', 'poetry.lock', 'Pipfile.lock', 'requirements.txt', 'pyproject.toml'],
  ruby: ['Gemfile.lock', 'Gemfile'],
}

/** What only packages with native code have or need, and packages that are known to be such. */
const native: Readonly<Record<InstalledModules['kind'], RegExp>> = {
  node: /\b(?:better-sqlite3|sqlite3|sharp|bcrypt|canvas|argon2|node-sass|re2|libpq|snappy|node-rdkafka|isolated-vm|cpu-features|zeromq|bufferutil|utf-8-validate|node-gyp-build|node-addon-api|prebuild-install|nan|farmhash|grpc|leveldown|classic-level|@prisma\/client|@parcel\/watcher|@node-rs\/[a-z-]+|[a-z0-9@/-]+-linux-x64-gnu)\b/,
  python:
    /\b(?:numpy|pandas|scipy|scikit-learn|psycopg2(?:-binary)?|psycopg-binary|psycopg-c|asyncpg|cryptography|cffi|pydantic(?:-core)?|fastapi|uvloop|lxml|pillow|grpcio|orjson|aiohttp|bcrypt|greenlet|gevent|msgpack|pyzmq|ujson|httptools|rpds-py|tiktoken|tokenizers|torch|mysqlclient|python-ldap|matplotlib|regex|rapidfuzz|polars|pyarrow|duckdb|opencv-python)\b/i,
  ruby: /\b(?:nokogiri|pg|mysql2|sqlite3|bcrypt|ffi|bootsnap|puma|nio4r|msgpack|racc|bigdecimal|sassc|grpc|oj|redcarpet|debug|date|json|rails|unf_ext|hiredis)\b/,
}

/**
 * The name of a package with native code that the files of a project ask for. Undefined where none is seen; `unknown` where no file
 * tells.
 */
export function nativeModule(
  kind: InstalledModules['kind'],
  context: BuildContext | undefined,
): { readonly name: string } | 'unknown' | undefined {
  const texts = lockFiles[kind].map((path) => context?.read(path, bytesMax)).filter((text) => text !== undefined)
  if (texts.length === 0) return 'unknown'
  const name = texts.map((text) => native[kind].exec(text)?.[0]).find((each) => each !== undefined)
  return name === undefined ? undefined : { name }
}

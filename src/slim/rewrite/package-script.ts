import { posix } from 'node:path'
import { looseObject, optional, record, safeParse, string } from 'valibot'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { RunConfig } from '../../image/config.ts'
import type { Job } from '../../std/job.ts'
import { withoutShell, type PlainCommand } from './plain-command.ts'

/** What a package manager of Node is asked to run. */
interface Asked {
  /** A script of package.json; undefined: a program of a package, as npx runs it. */
  readonly script: string | undefined
  readonly words: readonly string[]
}

interface ScriptContext {
  readonly tree: FileTree
  readonly config: RunConfig
  readonly job: Job
}

/** A script may run another. */
const nestingMax = 4
const textBytesMax = 4 * 1024 * 1024

const manifestSchema = looseObject({ scripts: optional(record(string(), string())) })

/**
 * What `npm start` and the like come to without the package manager, which runs a script of package.json by a shell: one program, which is
 * found in `node_modules/.bin` as well. Undefined where a shell, a hook, or what npm(1) says in variables is needed.
 */
export async function withoutPackageManager(
  plain: PlainCommand,
  context: ScriptContext,
): Promise<PlainCommand | undefined> {
  let current = plain
  for (let depth = 0; depth < nestingMax; depth += 1) {
    const asked = askedOf(current.words)
    if (asked === undefined) return depth === 0 || (await readsVariables(current, context)) ? undefined : current
    const next = await runDirectly(asked, current, context)
    if (next === undefined) return undefined
    current = next
  }
  return undefined
}

/** Options are not understood, but for those that say less. */
function askedOf(words: readonly string[]): Asked | undefined {
  const [manager = '', ...all] = words
  const [verb = '', ...others] = all.filter(
    (word, index) => !(index === 0 && /^(?:-s|--silent|--loglevel=\w+)$/.test(word)),
  )
  if (verb === '' || verb.startsWith('-')) return undefined
  if (manager === 'npx') return { script: undefined, words: [verb, ...others] }
  if (!/^(?:npm|yarn|pnpm)$/.test(manager)) return undefined
  const isRun = verb === 'run' || (manager === 'npm' && verb === 'run-script')
  if (!isRun && verb !== 'start') return undefined
  const [script = '', ...rest] = isRun ? others : [verb, ...others]
  if (script === '' || script.startsWith('-')) return undefined
  if (manager !== 'npm') return rest.includes('--') ? undefined : { script, words: rest }
  // npm takes what stands before `--` for options of its own.
  const [separator, ...given] = rest
  if (separator === undefined) return { script, words: [] }
  return separator === '--' ? { script, words: given } : undefined
}

async function runDirectly(asked: Asked, at: PlainCommand, context: ScriptContext): Promise<PlainCommand | undefined> {
  const { tree, config } = context
  const folder = at.workingDirectory
  if (asked.script === undefined) {
    const words = await runnableWords(asked.words, folder, tree)
    return words === undefined ? undefined : { ...at, words }
  }
  const text = await scriptText(asked.script, folder, tree)
  if (text === undefined) return undefined
  const plain = withoutShell(text, { tree, config: { ...config, WorkingDir: folder } })
  if (typeof plain === 'string') return undefined
  const words = await runnableWords([...plain.words, ...asked.words], folder, tree)
  if (words === undefined) return undefined
  return {
    words,
    workingDirectory: plain.workingDirectory,
    environment: new Map([...at.environment, ...plain.environment]),
    fixedVariables: [...new Set([...at.fixedVariables, ...plain.fixedVariables])].toSorted(),
  }
}

/** A script without hooks, of a project that does not say how scripts are run. */
async function scriptText(name: string, folder: string, tree: FileTree): Promise<string | undefined> {
  const settings = await textOf(tree, posix.join(folder, '.npmrc'))
  if (/^\s*(?:script-shell|node-options|shell-emulator)\s*=/m.test(settings)) return undefined
  // Yarn's Plug'n'Play finds packages by what it loads first.
  if (tree.get(posix.join(folder, '.pnp.cjs')) !== undefined) return undefined
  const scripts = parseScripts(await textOf(tree, posix.join(folder, 'package.json')))
  if (scripts === undefined || [`pre${name}`, `post${name}`].some((hook) => scripts[hook] !== undefined))
    return undefined
  const hasServer = tree.get(posix.join(folder, 'server.js')) !== undefined
  return scripts[name] ?? (name === 'start' && hasServer ? 'node server.js' : undefined)
}

function parseScripts(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const result = safeParse(manifestSchema, JSON.parse(text))
    return result.success ? (result.output.scripts ?? {}) : undefined
  } catch {
    return undefined
  }
}

/** A program of a package by its real file, since `node_modules/.bin` is in no PATH but npm's. */
async function runnableWords(
  [program = '', ...others]: readonly string[],
  folder: string,
  tree: FileTree,
): Promise<readonly string[] | undefined> {
  const file = program.includes('/') ? undefined : findInPackages(program, folder, tree)
  if (file === undefined) return [program, ...others]
  const start = Buffer.from(await tree.read(file, textBytesMax)).toString('latin1', 0, 256)
  if (start.startsWith('\u007fELF')) return [file.path, ...others]
  const node = /^#! *\S*\/(?:env +(?:-S +)?)?node((?: +--[\w=-]+)*) *\r?\n/.exec(start)
  if (node === null) return undefined
  const options = (node[1] ?? '').split(' ').filter((word) => word !== '')
  const relative = posix.relative(folder, file.path)
  return ['node', ...options, relative.startsWith('..') ? file.path : relative, ...others]
}

function findInPackages(program: string, folder: string, tree: FileTree): FileEntry | undefined {
  for (let at = folder; ; at = posix.dirname(at)) {
    const found = tree.resolve(posix.join(at, 'node_modules/.bin', program))
    if (found?.kind === 'file' && found.sizeBytes <= textBytesMax) return found
    if (at === '/') return undefined
  }
}

const variables = /\b(?:npm_(?:package|config|lifecycle|command|execpath|node_execpath)\w*|INIT_CWD)\b/

/** Whether the app's own modules know of variables that only a package manager sets. */
async function readsVariables(
  { workingDirectory: folder }: PlainCommand,
  { tree, job }: ScriptContext,
): Promise<boolean> {
  if (folder === '/') return true
  for (const { path, kind } of tree.entries(folder)) {
    if (kind !== 'file' || path.includes('/node_modules/') || !/\.(?:[cm]?[jt]s|[jt]sx)$/.test(path)) continue
    job.signal.throwIfAborted()
    if (variables.test(await textOf(tree, path))) return true
  }
  return false
}

async function textOf(tree: FileTree, path: string): Promise<string> {
  const entry = tree.resolve(path)
  if (entry?.kind !== 'file' || entry.sizeBytes > textBytesMax) return ''
  return Buffer.from(await tree.read(entry, textBytesMax)).toString('utf8')
}

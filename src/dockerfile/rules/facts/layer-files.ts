import { posix } from 'node:path'
import type { EvaluatedCopy, EvaluatedRun } from '../../evaluated.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { homely, isMountedAway, removedPaths, type RemovedPath } from './cleared-folders.ts'
import { resolveWord } from './command-folders.ts'
import { optionNames, readOptions } from './command-options.ts'
import { dependencyCommand } from './dependency-commands.ts'
import { readDownload } from './downloads.ts'
import { isRemoteSource } from './remote-source.ts'

/** Something that a step puts into its layer. */
export interface LayerFile {
  /** Absolute, without `/` at the end; variables as they are written. */
  readonly path: string
  readonly kind: 'context' | 'stage' | 'image' | 'url' | 'inline' | 'download' | 'repository' | 'modules' | 'unpacked'
  /** What puts it there. */
  readonly range: TextRange
  /** What it was before: the source of a COPY, or an address. */
  readonly source: string
  /** Whether it surely is a file, and no folder. */
  readonly isFile: boolean
}

/** Whether it is text of a few kilobytes by its name: a list of packages, a script, a configuration. */
export function isSmallText({ kind, source }: LayerFile): boolean {
  if (kind === 'inline') return true
  const extension =
    /\.(?:txt|json|ya?ml|toml|lock|cfg|conf|ini|properties|md|list|repo|xml|sql|html?|css|svg|tmpl|template|env)$/i
  const code = /\.(?:sh|bash|py|rb|js|mjs|cjs|ts|tsx|jsx|go|rs|java|kts?|php|pl|lua|r|rmd|c|h|cpp|hpp|cs|ex|exs)$/i
  return kind === 'context' && (extension.test(source) || code.test(source) || /file$/i.test(source))
}

/**
 * What a COPY or ADD puts into its layer, by each name that it may have there: a folder's content, or a file in a folder.
 *
 * @param start The folder that relative paths begin at, or a name for one that is not known.
 */
export function copiedFiles(copy: EvaluatedCopy, start: string): readonly LayerFile[] {
  const folder = resolveWord(start, copy.destination) ?? start
  const { range } = copy.instruction
  const isFolder = /(?:^|\/)\.?\.?$/.test(copy.destination)
  const inline = copy.inlineFiles.map(({ name }): LayerFile => ({
    path: isFolder ? posix.join(folder, name) : folder,
    kind: 'inline',
    range,
    source: name,
    isFile: true,
  }))
  const copied = copy.sources.flatMap((source): readonly LayerFile[] => {
    const kind = sourceKind(copy, source)
    const name = posix.basename(source.replace(/[?#].*/, ''))
    const made = { kind, range, source, isFile: kind === 'url' }
    // Of a folder the content is copied, so what keeps its name is a file.
    const asFile = { ...made, path: posix.join(folder, name), isFile: isFolder }
    return isFolder && /\.[A-Za-z0-9]+$/.test(name) ? [asFile] : [{ ...made, path: folder }, asFile]
  })
  return [...inline, ...copied]
}

function sourceKind({ kind, fileSource }: EvaluatedCopy, source: string): LayerFile['kind'] {
  if (fileSource?.kind === 'stage') return 'stage'
  if (fileSource !== undefined) return 'image'
  return kind === 'add' && isRemoteSource(source) ? 'url' : 'context'
}

/** Something that a command of a RUN makes. */
export interface MadeFile extends LayerFile {
  /** Which of the commands made it. */
  readonly at: number
}

/**
 * What is known to be there when a RUN ends, and was not before.
 *
 * @param folders The folder that each of its commands runs in.
 */
export function filesLeftByRun(
  { mounts }: EvaluatedRun,
  commands: readonly ShellCommand[],
  folders: readonly (string | undefined)[],
): readonly MadeFile[] {
  const made: MadeFile[] = []
  const taken = takenPaths()
  for (const [at, command] of commands.entries()) {
    // In a folder that is not known it may be anything.
    for (const { path } of pathsTaken(command)) taken.add(resolveWord(folders[at], path) ?? '/', at)
    for (const file of filesOf(command, folders[at])) made.push({ ...file, at })
  }
  return made.filter(({ path, at }) => taken.last(path) < at && !isMountedAway(mounts, path))
}

/** What the commands of a script take away, to be asked by path. */
interface TakenPaths {
  add(path: string, at: number): void
  /** Which command was the last to take a path, or a folder around it; -1 for none. */
  last(path: string): number
}

/** Patterns in one folder are told apart so far. */
const patternsMax = 20

function takenPaths(): TakenPaths {
  const whole = new Map<string, number>()
  const patterns = new Map<string, { readonly start: string; readonly at: number }[]>()
  return {
    add(path, at) {
      const star = path.search(/[*?[]/)
      if (star === -1) return void whole.set(path, at)
      const folder = path.slice(0, path.lastIndexOf('/', star)) || '/'
      const known = patterns.get(folder) ?? []
      patterns.set(folder, known)
      known.push({ start: path.slice(0, star), at })
    },
    last(path) {
      let last = whole.get('/') ?? -1
      for (const folder of pathAndFolders(path)) {
        last = Math.max(last, whole.get(folder) ?? -1)
        for (const { start, at } of folder === path ? [] : (patterns.get(folder)?.slice(-patternsMax) ?? [])) {
          if (path.startsWith(start)) last = Math.max(last, at)
        }
      }
      return last
    },
  }
}

/** A path and the folders around it, from within. */
function pathAndFolders(path: string): readonly string[] {
  const found = [path]
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.push(path.slice(0, at))
  return path.startsWith('/') && path !== '/' ? [...found, '/'] : found
}

/** What a command moves away, and what it removes. */
export function pathsTaken(command: ShellCommand): readonly RemovedPath[] {
  if (command.program !== 'mv') return removedPaths(command)
  const operands = command.arguments.filter(({ value }) => !value.startsWith('-'))
  return operands.slice(0, -1).map((word) => ({ path: homely(word.value), word }))
}

function filesOf(command: ShellCommand, folder: string | undefined): readonly LayerFile[] {
  const { range } = command
  const found: LayerFile[] = []
  const add = (kind: LayerFile['kind'], path: string | undefined, source: string): void => {
    const resolved = path === undefined ? undefined : resolveWord(folder, path)
    if (resolved !== undefined) found.push({ path: resolved, kind, range, source, isFile: kind === 'download' })
  }
  const download = readDownload(command)
  for (const file of download?.files ?? []) add('download', file, download?.addresses[0]?.value ?? file)
  if (command.program === 'git') {
    const clone = readClone(command)
    if (clone !== undefined) add('repository', clone.folder, clone.address)
  }
  const asked = dependencyCommand(command)
  if (asked !== undefined && asked.packages.length === 0 && !asked.isGlobal) {
    const name = modulesFolders[asked.tool]
    if (name !== undefined) add('modules', name, name)
  }
  const target = unpackTarget(command)
  if (target !== undefined) add('unpacked', target, target)
  return found
}

const modulesFolders: Readonly<Record<string, string>> = {
  npm: 'node_modules',
  yarn: 'node_modules',
  pnpm: 'node_modules',
  bun: 'node_modules',
  composer: 'vendor',
}

const gitWithValue = optionNames(
  '-C -c -b --branch --depth -o --origin -j --jobs --reference --config --filter --template',
)

/** What `git clone` fetches, and into which folder. */
export function readClone(command: ShellCommand): { readonly address: string; readonly folder: string } | undefined {
  if (command.program !== 'git') return undefined
  const [action, address, folder] = readOptions(command, gitWithValue).operands
  if (action?.value !== 'clone' || address === undefined) return undefined
  const name = posix.basename(address.value.replace(/\/+$/, '')).replace(/\.git$/, '')
  return { address: address.value, folder: folder?.value ?? name }
}

/** The folder that an archive is unpacked into, where the command names it. */
function unpackTarget({ program, arguments: words }: ShellCommand): string | undefined {
  const option = program === 'tar' ? /^(?:-C|--directory)$/ : program === 'unzip' ? /^-d$/ : undefined
  if (option === undefined) return undefined
  return words[words.findIndex(({ value }) => option.test(value)) + 1 || words.length]?.value
}

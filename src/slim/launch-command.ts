import type { FileTree } from '../filetree/file-tree.ts'
import type { RunConfig } from '../image/config.ts'
import type { Job } from '../std/job.ts'
import { beginsWithShell, shellScriptOf, withoutShell, type PlainCommand } from './rewrite/plain-command.ts'
import { findProgram, isExecutable } from './rewrite/find-program.ts'
import { withoutPackageManager } from './rewrite/package-script.ts'
import { isPassThrough } from './rewrite/pass-through.ts'

/** How an image is started without a shell between the container and the program, where that is the same. */
export interface PlannedLaunch {
  readonly entrypoint: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  readonly workingDirectory: string
  /** Variables that the script of a shell set for the program. */
  readonly environment: ReadonlyMap<string, string>
  /** Whether a shell stays between them: `/bin/sh` has to be kept, and what the script runs. */
  readonly needsShell: boolean
  /** Why a shell stays, or what was changed: empty where nothing was. */
  readonly reason: string
  /** The package manager's command in whose place stands what it runs: `npm start`. Undefined where that is not so. */
  readonly replaced: string | undefined
  /** Variables whose values are in the command now: another value at the start of a container changes it no more. */
  readonly fixedVariables: readonly string[]
  /** What has to be kept for the command: by its real path. Undefined where nothing of that name is in the image. */
  readonly program: string | undefined
  readonly health: PlannedHealth | undefined
}

/** What becomes of a health check. */
export interface PlannedHealth {
  /** As configs have it: `CMD` and words, or `CMD-SHELL` and a script. */
  readonly test: readonly string[]
  readonly program: string | undefined
  readonly needsShell: boolean
  /** As {@link PlannedLaunch.fixedVariables}. */
  readonly fixedVariables: readonly string[]
}

/** What takes a command as its arguments, and runs it as it is. */
const inits = /(?:^|\/)(?:tini|tini-static|dumb-init|catatonit|docker-init)$/

/**
 * Ways to start an image's app, from the most direct to the one that the image says. The shell form stays where a shell does more than split
 * words: pipelines, conditions, variables that only the start of the container gives a value. So do package managers that run a script
 * which needs a shell, and entry points that do anything but start the command.
 */
export async function planLaunches(
  config: RunConfig,
  tree: FileTree,
  job: Job,
): Promise<readonly [PlannedLaunch, ...PlannedLaunch[]]> {
  const context = { tree, config, job }
  const given = await launchAsGiven(context)
  const direct = await launchDirectly(context, given)
  if (typeof direct === 'string') return [{ ...given, needsShell: true, reason: direct }]
  if (direct === undefined) return [given]
  const [first, ...others] = direct
  return first === undefined ? [given] : [first, ...others, { ...given, reason: 'it answers differently without' }]
}

async function launchAsGiven(context: LaunchContext): Promise<PlannedLaunch> {
  const { config } = context
  const entrypoint = nonEmpty(config.Entrypoint)
  const command = nonEmpty(config.Cmd)
  const [program] = entrypoint ?? command ?? []
  return {
    ...{ entrypoint, command, environment: new Map<string, string>(), fixedVariables: [] },
    ...{ workingDirectory: nonEmptyText(config.WorkingDir) ?? '/', health: await planHealth(context) },
    ...{ needsShell: [entrypoint, command].some((words) => beginsWithShell(words ?? [])), reason: '' },
    replaced: undefined,
    program: program === undefined ? undefined : findProgram(program, context)?.path,
  }
}

/** @returns without what only starts the program, the most direct first; why a shell is needed; or nothing, where it is direct already. */
async function launchDirectly(
  context: LaunchContext,
  given: PlannedLaunch,
): Promise<readonly PlannedLaunch[] | string | undefined> {
  const command = given.command ?? []
  const isPassed = given.entrypoint !== undefined && (await isPassThrough(given.entrypoint, command, context))
  const entrypoint = isPassed ? undefined : given.entrypoint
  const takesCommand = entrypoint === undefined || isInit(entrypoint)
  const wrapped = takesCommand ? command : entrypoint
  const script = shellScriptOf(wrapped)
  const plain = script === undefined ? wordsAlone(wrapped, given.workingDirectory) : withoutShell(script, context)
  if (typeof plain === 'string') return plain
  const launchOf = (plain: PlainCommand, replaced: string | undefined): PlannedLaunch => ({
    ...{ ...given, entrypoint, replaced },
    ...(takesCommand ? { command: plain.words } : { entrypoint: plain.words, command: undefined }),
    ...{ workingDirectory: plain.workingDirectory, environment: plain.environment },
    ...{ needsShell: false, fixedVariables: plain.fixedVariables },
    reason: 'no shell is needed to start the program, which gets the signals itself',
    program: findProgram(plain.words[0] ?? '', context, plain.workingDirectory)?.path,
  })
  const launches: PlannedLaunch[] = []
  const managed = takesCommand ? await withoutPackageManager(plain, context) : undefined
  if (managed !== undefined && (await startsAlone(managed, context))) {
    launches.push(launchOf(managed, plain.words.join(' ')))
  }
  if (script !== undefined && !(await startsAlone(plain, context))) {
    return launches.length > 0 ? launches : `${plain.words[0] ?? ''} is run by the shell itself`
  }
  if (script !== undefined || (isPassed && !beginsWithShell(command))) launches.push(launchOf(plain, undefined))
  return launches.length > 0 ? launches : undefined
}

function wordsAlone(words: readonly string[], workingDirectory: string): PlainCommand {
  return { words, workingDirectory, environment: new Map(), fixedVariables: [] }
}

function isInit(entrypoint: readonly string[]): boolean {
  return inits.test(entrypoint[0] ?? '') && entrypoint.at(-1) === '--'
}

interface LaunchContext {
  readonly tree: FileTree
  readonly config: RunConfig
  readonly job: Job
}

async function planHealth(context: LaunchContext): Promise<PlannedHealth | undefined> {
  const [kind, ...words] = context.config.Healthcheck?.Test ?? []
  if (kind === 'CMD') {
    const program = findProgram(words[0] ?? '', context)?.path
    return { test: ['CMD', ...words], program, needsShell: beginsWithShell(words), fixedVariables: [] }
  }
  const [script] = words
  if (kind !== 'CMD-SHELL' || script === undefined) return undefined
  const plain = withoutShell(script.replace(/\s*\|\|\s*(?:exit\s+1|false)\s*;?\s*$/, ''), context)
  const isSame =
    typeof plain !== 'string' &&
    plain.environment.size === 0 &&
    plain.workingDirectory === (context.config.WorkingDir || '/')
  if (!isSame || !(await startsAlone(plain, context))) {
    const shell = context.tree.resolve('/bin/sh')?.path
    return { test: ['CMD-SHELL', script], program: shell, needsShell: true, fixedVariables: [] }
  }
  const program = findProgram(plain.words[0] ?? '', context)?.path
  return { test: ['CMD', ...plain.words], program, needsShell: false, fixedVariables: plain.fixedVariables }
}

/** Whether the kernel runs it: a shell also runs scripts that do not say what they are. */
async function startsAlone(plain: PlainCommand, context: LaunchContext): Promise<boolean> {
  const file = findProgram(plain.words[0] ?? '', context, plain.workingDirectory)
  return file !== undefined && (await isExecutable(file, context.tree, context.job))
}

function nonEmpty(words: readonly string[] | undefined): readonly string[] | undefined {
  return words === undefined || words.length === 0 ? undefined : words
}

function nonEmptyText(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

import type { FileTree } from '../filetree/file-tree.ts'
import type { RunConfig } from '../image/config.ts'
import type { Job } from '../std/job.ts'
import { beginsWithShell, shellScriptOf, withoutShell, type PlainCommand } from './rewrite/plain-command.ts'
import { findProgram, isExecutable } from './rewrite/find-program.ts'

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
}

/** What takes a command as its arguments, and runs it as it is. */
const inits = /(?:^|\/)(?:tini|tini-static|dumb-init|catatonit|docker-init)$/

/**
 * Finds the exec form of an image's command and health check. The shell form stays where a shell does more than split words: pipelines,
 * conditions, variables that only the start of the container gives a value.
 */
export async function planLaunch(config: RunConfig, tree: FileTree, job: Job): Promise<PlannedLaunch> {
  const entrypoint = nonEmpty(config.Entrypoint)
  const command = nonEmpty(config.Cmd)
  const context = { tree, config, job }
  const takesCommand = entrypoint === undefined || isInit(entrypoint)
  const wrapped = takesCommand ? command : entrypoint
  const script = wrapped === undefined ? undefined : shellScriptOf(wrapped)
  const base = {
    ...{ entrypoint, command, environment: new Map<string, string>(), fixedVariables: [] },
    ...{ workingDirectory: nonEmptyText(config.WorkingDir) ?? '/', health: await planHealth(context) },
  }
  const [program] = entrypoint ?? command ?? []
  const found = program === undefined ? undefined : findProgram(program, context)?.path
  if (script === undefined) {
    const needsShell = beginsWithShell(wrapped ?? []) || (!takesCommand && beginsWithShell(command ?? []))
    return { ...base, needsShell, reason: '', program: found }
  }
  const plain = withoutShell(script, context)
  if (typeof plain === 'string') return { ...base, needsShell: true, reason: plain, program: found }
  if (!(await startsAlone(plain, context))) {
    return { ...base, needsShell: true, reason: `${plain.words[0] ?? ''} is run by the shell itself`, program: found }
  }
  const words = plain.words
  return {
    ...base,
    ...(takesCommand ? { command: words } : { entrypoint: words, command: undefined }),
    ...{ workingDirectory: plain.workingDirectory, environment: plain.environment },
    ...{ needsShell: false, fixedVariables: plain.fixedVariables },
    reason: 'no shell is needed to start the program, which gets the signals itself',
    program: findProgram(words[0] ?? '', context, plain.workingDirectory)?.path,
  }
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
    return { test: ['CMD', ...words], program, needsShell: beginsWithShell(words) }
  }
  const [script] = words
  if (kind !== 'CMD-SHELL' || script === undefined) return undefined
  const plain = withoutShell(script.replace(/\s*\|\|\s*(?:exit\s+1|false)\s*;?\s*$/, ''), context)
  const isSame =
    typeof plain !== 'string' &&
    plain.environment.size === 0 &&
    plain.workingDirectory === (context.config.WorkingDir || '/')
  if (!isSame || !(await startsAlone(plain, context))) {
    return { test: ['CMD-SHELL', script], program: context.tree.resolve('/bin/sh')?.path, needsShell: true }
  }
  const program = findProgram(plain.words[0] ?? '', context)?.path
  return { test: ['CMD', ...plain.words], program, needsShell: false }
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

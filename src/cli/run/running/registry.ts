import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { number, object, optional, string, type InferOutput } from 'valibot'
import { parseJson } from '../../../std/json.ts'
import { systemErrorCode } from '../../../std/errors.ts'
import { tryLockFile, withFileLock, type FileLock } from '../../../std/file-lock.ts'
import type { Job } from '../../../std/job.ts'
import { makeDirectory } from '../../../std/make-directory.ts'
import type { LayoutStore } from '../../../store/layout-store.ts'
import { wrongUsage } from '../../errors.ts'

const stateSchema = object({ id: string(), name: optional(string()), pid: number() })

/** A container that runs: its ID, its name if it has one, and the wherry that holds it. */
export type RunningContainer = InferOutput<typeof stateSchema> & { readonly folder: string }

/** The folder of a container. It runs for as long as its lock is held, by whichever process. */
export interface ContainerFolder {
  readonly path: string
  readonly logPath: string
  readonly lock: FileLock
}

/** How many containers that have ended keep their log. */
const endedMax = 20
const stateFile = 'state.json'
const lockFile = 'lock'

/** Where what runs is noted: beside the layers of the store, whose images it runs. */
export function containersFolder({ layersPath }: Pick<LayoutStore, 'layersPath'>): string {
  return join(dirname(layersPath), 'containers')
}

/**
 * Makes the folder of a container, and forgets those that ended long ago.
 *
 * @throws CliError `wrong-usage` where another one of the name runs
 */
export async function enterContainer(
  directory: string,
  { id, name }: { readonly id: string; readonly name: string | undefined },
  job: Job,
): Promise<ContainerFolder> {
  await makeDirectory(directory, 0o700)
  return await withFileLock(
    join(directory, lockFile),
    'exclusive',
    { title: 'starting a container' },
    job,
    async () => {
      const running = await listRunning(directory)
      const other = running.find((each) => name !== undefined && each.name === name)
      if (other !== undefined) {
        wrongUsage(
          `there is a container ${other.name ?? ''} already: ${other.id}`,
          `End it by wherry stop ${other.id}.`,
        )
      }
      await forgetEnded(directory, new Set(running.map((each) => each.id)))
      const path = join(directory, id)
      await mkdir(path, { mode: 0o700 })
      const lock = await tryLockFile(join(path, lockFile), 'exclusive')
      if (lock === undefined) throw new Error(`the new folder ${path} is in use`)
      return { path, logPath: join(path, 'log'), lock }
    },
  )
}

/** Notes which process holds a container. */
export async function noteRunning(
  { path }: Pick<ContainerFolder, 'path'>,
  state: { readonly id: string; readonly name: string | undefined; readonly pid: number },
): Promise<void> {
  await writeFile(join(path, stateFile), `${JSON.stringify(state)}\n`, { mode: 0o600 })
}

/** Deletes the folder of a container that has ended. */
export async function forgetContainer({ path }: Pick<ContainerFolder, 'path'>): Promise<void> {
  await rm(path, { recursive: true, force: true })
}

/** What runs now. */
export async function listRunning(directory: string): Promise<readonly RunningContainer[]> {
  const found = await Promise.all(
    (await namesIn(directory)).map(async (id) => {
      const folder = join(directory, id)
      return (await isRunning(folder)) ? await readState(folder) : undefined
    }),
  )
  return found.flatMap((each) => each ?? [])
}

/** Whether somebody holds the lock. */
export async function isRunning(folder: string): Promise<boolean> {
  try {
    const lock = await tryLockFile(join(folder, lockFile), 'shared')
    await lock?.[Symbol.asyncDispose]()
    return lock === undefined
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return false
    throw error
  }
}

async function readState(folder: string): Promise<RunningContainer | undefined> {
  try {
    const state = parseJson(await readFile(join(folder, stateFile)), stateSchema, stateFile)
    return { ...state, folder }
  } catch {
    // It is just being made.
    return undefined
  }
}

/** IDs are random: which are the newest is told by their folders. */
async function forgetEnded(directory: string, running: ReadonlySet<string>): Promise<void> {
  const ended = (await namesIn(directory)).filter((id) => !running.has(id))
  const dated = await Promise.all(
    ended.map(async (id) => ({ id, changedMs: (await stat(join(directory, id))).mtimeMs })),
  )
  const old = dated.toSorted((a, b) => b.changedMs - a.changedMs).slice(endedMax)
  for (const { id } of old) await forgetContainer({ path: join(directory, id) })
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => /^[0-9a-f]{12}$/.test(name))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}

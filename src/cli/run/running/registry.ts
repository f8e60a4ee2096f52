import { writeFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { array, number, object, optional, string, type GenericSchema, type InferOutput } from 'valibot'
import { parseJson } from '../../../std/json.ts'
import { ignoreMissing } from '../../../std/errors.ts'
import { isLockedExclusively, lockFile, withFileLock, type FileLock } from '../../../std/file-lock.ts'
import type { Job } from '../../../std/job.ts'
import { makeDirectory } from '../../../std/make-directory.ts'
import type { LayoutStore } from '../../../store/layout-store.ts'
import { wrongUsage } from '../../errors.ts'

const stateSchema = object({
  id: string(),
  name: optional(string()),
  /** Of the wherry that holds it. */
  pid: number(),
  /** As it was named. */
  image: string(),
  command: array(string()),
  startedMs: number(),
  /** Such as `127.0.0.1:8080->80/tcp`. */
  ports: array(string()),
})

/** What is noted of a container when it begins. */
export type ContainerState = InferOutput<typeof stateSchema>

const endSchema = object({ status: number(), endedMs: number() })

/** How a container ended that nobody waited for. */
export type ContainerEnd = InferOutput<typeof endSchema>

/** A container that runs, or one of the background that has ended and whose log is kept. */
export interface KnownContainer extends ContainerState {
  readonly folder: string
  readonly isRunning: boolean
  /** Undefined for one that runs, and for one that was killed together with its wherry. */
  readonly end: ContainerEnd | undefined
}

/** The folder of a container. It runs for as long as its lock is held, by whichever process. */
export interface ContainerFolder {
  readonly path: string
  readonly logPath: string
  readonly lock: FileLock
}

/** How many containers that have ended keep their log. */
const endedMax = 20
const stateFile = 'state.json'
const endFile = 'end.json'
const lockName = 'lock'

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
    join(directory, lockName),
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
      // Whoever lists containers may be just asking whether it is held.
      const lock = await lockFile(join(path, lockName), 'exclusive', { title: 'listing containers' }, job)
      return { path, logPath: logOf(path), lock }
    },
  )
}

/** Notes that a container runs, and which process holds it. */
export function noteRunning({ path }: Pick<ContainerFolder, 'path'>, state: ContainerState): void {
  writeFileSync(join(path, stateFile), `${JSON.stringify(state)}\n`, { mode: 0o600 })
}

/** Notes how a container of the background ended. */
export function noteEnded({ path }: Pick<ContainerFolder, 'path'>, end: ContainerEnd): void {
  writeFileSync(join(path, endFile), `${JSON.stringify(end)}\n`, { mode: 0o600 })
}

/** Where a container of the background writes to. */
export function logOf(folder: string): string {
  return join(folder, 'log')
}

/** Deletes the folder of a container that has ended. */
export async function forgetContainer({ path }: Pick<ContainerFolder, 'path'>): Promise<void> {
  await rm(path, { recursive: true, force: true })
}

/** What runs now. */
export async function listRunning(directory: string): Promise<readonly KnownContainer[]> {
  return (await listContainers(directory)).filter((each) => each.isRunning)
}

/** What runs now, and what has ended and is not forgotten yet; the newest first. */
export async function listContainers(directory: string): Promise<readonly KnownContainer[]> {
  const found = await Promise.all((await namesIn(directory)).map((id) => readContainer(join(directory, id))))
  return found.flatMap((each) => each ?? []).toSorted((a, b) => b.startedMs - a.startedMs)
}

async function readContainer(folder: string): Promise<KnownContainer | undefined> {
  const runs = await isRunning(folder)
  const state = await readNote(folder, stateFile, stateSchema)
  // Without a note it is just being made.
  if (state === undefined) return undefined
  return { ...state, folder, isRunning: runs, end: runs ? undefined : await readNote(folder, endFile, endSchema) }
}

/** Whether somebody holds the lock. */
export async function isRunning(folder: string): Promise<boolean> {
  return await isLockedExclusively(join(folder, lockName))
}

async function readNote<Schema extends GenericSchema>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<InferOutput<Schema> | undefined> {
  try {
    return parseJson(await readFile(join(folder, name)), schema, name)
  } catch {
    return undefined
  }
}

/** IDs are random: which are the newest is told by their folders. Some may be deleted meanwhile, by those who ran them. */
async function forgetEnded(directory: string, running: ReadonlySet<string>): Promise<void> {
  const ended = (await namesIn(directory)).filter((id) => !running.has(id))
  const dated = await Promise.all(ended.map(async (id) => ({ id, changedMs: await changedMs(join(directory, id)) })))
  const old = dated.toSorted((a, b) => b.changedMs - a.changedMs).slice(endedMax)
  for (const { id } of old) await forgetContainer({ path: join(directory, id) })
}

async function changedMs(path: string): Promise<number> {
  return (await stat(path).catch(ignoreMissing))?.mtimeMs ?? 0
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory).catch(ignoreMissing)) ?? []
  return names.filter((name) => /^[0-9a-f]{12}$/.test(name))
}

import { accessSync, constants, readdirSync, readFileSync, statfsSync, statSync, type StatsFs } from 'node:fs'
import { release, userInfo } from 'node:os'
import { findProgram, wholeSearchPath } from '../../sandbox/find-runtime.ts'

/** How a program ended, and what it said. */
export interface ProgramResult {
  readonly status: number | null
  /** On standard output and standard error. */
  readonly output: string
}

/** What the checks ask of a machine, so that tests can have others. */
export interface Machine {
  readonly isRoot: boolean
  readonly userName: string
  readonly userId: number
  readonly processor: string
  /** As `uname -r` has it. */
  readonly kernelRelease: string
  readonly environment: NodeJS.ProcessEnv
  /** Undefined where it cannot be read. */
  readFile(path: string): string | undefined
  /** Names in a directory; none where it cannot be read. */
  listDirectory(path: string): readonly string[]
  isWritable(path: string): boolean
  /** Permission bits, set-user-ID too; undefined where there is no such file. */
  modeOf(path: string): number | undefined
  modifiedMs(path: string): number | undefined
  /** Bytes that may still be written to the file system of a path, or of what of it is there. */
  freeBytes(path: string): number | undefined
  /** Whether that file system is memory. */
  isInMemory(path: string): boolean
  /** The file of a program. */
  findProgram(name: string): string | undefined
  /** Runs it to its end; undefined where it is not installed. */
  run(program: string, ...words: readonly string[]): ProgramResult | undefined
  nowMs(): number
}

const programTimeoutMs = 10_000

/** The machine that this runs on. */
export function thisMachine(environment: NodeJS.ProcessEnv, nowMs: () => number): Machine {
  const find = (name: string): string | undefined => findProgram(name, environment['PATH'] ?? '')
  const { uid, username } = userInfo()
  return {
    ...{ isRoot: uid === 0, userName: username, userId: uid, processor: process.arch, kernelRelease: release() },
    ...{ environment, nowMs, findProgram: find },
    readFile: (path) => attempt(() => readFileSync(path, 'utf8')),
    listDirectory: (path) => attempt(() => readdirSync(path)) ?? [],
    isWritable: (path) => attempt(() => accessSync(path, constants.W_OK) ?? true) ?? false,
    modeOf: (path) => attempt(() => statSync(path).mode & 0o7777),
    modifiedMs: (path) => attempt(() => statSync(path).mtimeMs),
    freeBytes: (path) => {
      const found = fileSystemOf(path)
      return found === undefined ? undefined : found.bavail * found.bsize
    },
    isInMemory: (path) => memoryTypes.has(fileSystemOf(path)?.type ?? 0),
    run: (program, ...words) => runProgram(find(program), words, environment),
  }
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** tmpfs and ramfs: statfs(2). */
const memoryTypes: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6])

/** That of a path, or of what of it is there. */
function fileSystemOf(path: string): StatsFs | undefined {
  const found = attempt(() => statfsSync(path))
  if (found !== undefined) return found
  const above = path.slice(0, path.lastIndexOf('/'))
  return path === '' || path === '/' ? undefined : fileSystemOf(above === '' ? '/' : above)
}

function runProgram(
  file: string | undefined,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): ProgramResult | undefined {
  if (file === undefined) return undefined
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  // What is started finds programs where a build would.
  const env = { ...environment, PATH: wholeSearchPath(environment['PATH'] ?? '') }
  const { status, stdout, stderr, error } = spawnSync(file, words, { encoding: 'utf8', timeout: programTimeoutMs, env })
  return { status, output: error === undefined ? `${stdout}${stderr}`.trim() : error.message }
}

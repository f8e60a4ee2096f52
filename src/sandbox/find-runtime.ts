import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SandboxError } from './errors.ts'

/** Ways to run a process, the best first. */
export const runtimeNames = ['crun', 'runc', 'util-linux'] as const

/** One of {@link runtimeNames}. */
export type RuntimeName = (typeof runtimeNames)[number]

/** A runtime that is there. */
export interface FoundRuntime {
  readonly name: RuntimeName
  /** The file of its program. */
  readonly program: string
}

const programs: Readonly<Record<RuntimeName, string>> = { crun: 'crun', runc: 'runc', 'util-linux': 'unshare' }

/**
 * The runtime that is used: the one that is asked for, or else the first that is installed.
 *
 * @param asked one of {@link runtimeNames}, such as the value of `WHERRY_RUNTIME`; empty for none.
 * @throws SandboxError `no-sandbox`
 */
export function findRuntime(asked: string | undefined, searchPath: string): FoundRuntime {
  const wanted = asked === undefined || asked === '' ? runtimeNames : runtimeNames.filter((name) => name === asked)
  if (wanted.length === 0) {
    throw new SandboxError('no-sandbox', `there is no runtime ${asked ?? ''}`, {
      hint: `These are known: ${runtimeNames.join(', ')}.`,
    })
  }
  for (const name of wanted) {
    const program = findProgram(programs[name], searchPath)
    if (program !== undefined) return { name, program }
  }
  throw new SandboxError('no-sandbox', `no program to run processes in containers is installed: ${wanted.join(', ')}`, {
    hint: 'Install the package crun; runc and util-linux do as well.',
  })
}

/** A `PATH` with the directories of every machine behind it: those of root are not in everybody's. Those that are relative are left out. */
export function wholeSearchPath(searchPath: string): string {
  const directories = [...searchPath.split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  return [...new Set(directories.filter((directory) => directory.startsWith('/')))].join(delimiter)
}

/** Where a program of this machine is; undefined where it is not installed. */
export function findProgram(name: string, searchPath: string): string | undefined {
  return wholeSearchPath(searchPath)
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((path) => isExecutable(path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

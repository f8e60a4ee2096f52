import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One run of an OCI runtime. */
export interface RuntimeRun {
  readonly name: 'crun' | 'runc'
  readonly program: string
  readonly config: object
  readonly scratch: string
  readonly files: { readonly pid: string; readonly log: string }
  readonly hasTerminal: boolean
}

const containerName = 'wherry'

/** Writes the bundle. @returns the command that runs it, and stays until the process has ended. */
export function runtimeCommand(run: RuntimeRun): readonly string[] {
  const { name, program, config, scratch, files, hasTerminal } = run
  writeFileSync(join(scratch, 'config.json'), JSON.stringify(config))
  const manager = name === 'crun' ? ['--cgroup-manager', 'disabled'] : []
  const settings = ['--root', join(scratch, 'state'), '--log', files.log, '--log-format', 'json', ...manager]
  // The terminal is the runtime's: it hears of a new size, and hands that on to the one that it makes inside.
  const session = hasTerminal ? ['setsid', '--ctty'] : []
  return [...session, program, ...settings, 'run', '--bundle', scratch, '--pid-file', files.pid, containerName]
}

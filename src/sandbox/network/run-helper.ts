import type { Job } from '../../std/job.ts'

/** What a program of the host that serves a namespace is told. */
export interface HelperSettings {
  readonly program: string
  readonly namespaceFile: string
  readonly ports: readonly {
    readonly hostAddress: string
    readonly hostPort: number
    readonly containerPort: number
    readonly protocol: 'tcp' | 'udp'
  }[]
  /** The address that is to stand for the host's resolver. */
  readonly resolver: string
  readonly scratch: string
}

const saidCharactersMax = 4096

/** Runs a program to its end. @throws Error with what it said when it fails */
export async function runHelper(program: string, words: readonly string[], job: Job): Promise<void> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: job.signal,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = `${said}${chunk}`.slice(-saidCharactersMax)
  })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    // Not `close`: what it leaves running may keep the pipe.
    child.once('exit', resolve)
  })
  if (status !== 0) throw new Error(`${program} failed: ${meaningful(said)}`)
}

/** What pasta says of a machine without a system log tells nobody anything. */
export function meaningful(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.endsWith('bytes to syslog'))
  return lines.join('; ')
}

import type { ShellCommand } from '../../shell-command.ts'
import { programName } from '../../script/invocation.ts'

const begins: ReadonlySet<string> = new Set(['start', 'restart', 'reload'])

/**
 * The service that a command starts, and does not wait for. Undefined where it waits, and where nobody knows.
 */
export function startedService(command: ShellCommand): string | undefined {
  const { program, programWord, arguments: words, isInBackground } = command
  if (isInBackground) return program === '' || program === 'wait' ? undefined : program
  const values = words.map(({ value }) => value)
  const path = programWord?.value ?? ''
  const [first = '', second = ''] = values
  if (program === 'service' || program === 'rc-service' || program === 'invoke-rc.d') {
    return begins.has(second) ? `the service ${first}` : undefined
  }
  if (program === 'systemctl') {
    const name = values.findLast((value) => !value.startsWith('-'))
    return values.some((value) => begins.has(value)) && name !== undefined ? `the service ${name}` : undefined
  }
  if (/^\/etc\/(?:rc\.d\/)?init\.d\//.test(path))
    return begins.has(first) ? `the service ${programName(path)}` : undefined
  return isDaemon(program, values) ? program : undefined
}

/** Programs that go to the background by themselves, if they get or lack some arguments. */
function isDaemon(program: string, values: readonly string[]): boolean {
  const has = (...names: readonly string[]): boolean => names.some((name) => values.includes(name))
  if (program === 'apachectl' || program === 'apache2ctl') {
    return values.some((value) => begins.has(value)) && !values.join('').includes('FOREGROUND')
  }
  if (program === 'pm2') return values[0] === 'start' && !has('--no-daemon', '--attach')
  if (program === 'sshd') return !values.some((value) => /^-[a-zA-Z]*[DdtTiV]/.test(value))
  if (program === 'mongod') return has('--fork')
  if (program === 'gunicorn') return has('--daemon', '-D')
  if (program === 'redis-server') return values.join(' ').includes('--daemonize yes')
  if (program === 'pg_ctl') return has('start')
  return false
}

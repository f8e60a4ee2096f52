import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Job } from '../../std/job.ts'
import type { PublishedPort } from '../process-spec.ts'
import { runHelper, type HelperSettings } from './run-helper.ts'

/** pasta(1) goes on in the background once the network is there, and ends with the namespace at the latest. */
export async function startPasta(settings: HelperSettings, job: Job): Promise<AsyncDisposable> {
  const { program, namespaceFile, ports, resolver, scratch } = settings
  const pidFile = join(scratch, 'pasta.pid')
  const words = [
    ...['--config-net', '--quiet', '--pid', pidFile, '--netns', namespaceFile, '--runas', '0:0', '--no-map-gw'],
    ...['--dns-forward', resolver, '--tcp-ns', 'none', '--udp-ns', 'none'],
    ...forwarding(
      '--tcp-ports',
      ports.filter(({ protocol }) => protocol === 'tcp'),
    ),
    ...forwarding(
      '--udp-ports',
      ports.filter(({ protocol }) => protocol === 'udp'),
    ),
  ]
  await runHelper(program, words, job)
  const pid = Number(readFileSync(pidFile, 'utf8'))
  return {
    async [Symbol.asyncDispose]() {
      for (let tries = 0; tries < endTriesMax && signal(pid); tries += 1) await setTimeout(endDelayMs)
    },
  }
}

const endTriesMax = 200
const endDelayMs = 5

/** @returns whether it still runs. It is no child of this process, so nobody tells when it has ended. */
function signal(pid: number): boolean {
  try {
    process.kill(pid, 'SIGTERM')
    // Ended and not yet taken leave of: proc_pid_stat(5).
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function forwarding(option: string, ports: readonly PublishedPort[]): readonly string[] {
  if (ports.length === 0) return [option, 'none']
  return ports.flatMap(({ hostAddress, hostPort, containerPort }) => {
    // Without an address it listens on all.
    const address = hostAddress === '0.0.0.0' || hostAddress === '' ? '' : `${hostAddress}/`
    return [option, `${address}${hostPort}:${containerPort}`]
  })
}

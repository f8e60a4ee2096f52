import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Cost } from './contest.ts'

/** By which clock the kernel counts: sysconf(_SC_CLK_TCK), which is 100 on Linux. */
const tickMs = 10

/** Measures work together with the daemon that does it: what its processes take of the processors, and the most that they hold. */
export async function daemonMeter(
  environment: Readonly<Record<string, string>>,
): Promise<(work: () => Promise<Cost>) => Promise<Cost>> {
  const socket = (environment['DOCKER_HOST'] ?? '').replace('unix://', '')
  const daemon = Number(await readFile(join(dirname(socket), 'docker.pid'), 'utf8'))
  return async (work) => {
    const before = await familyOf(daemon)
    // proc(5): the peak begins anew.
    for (const { id } of before) await writeFile(`/proc/${id}/clear_refs`, '5').catch(() => undefined)
    const cost = await work()
    const after = await familyOf(daemon)
    const processorMs = sum(after.map((each) => each.processorMs)) - sum(before.map((each) => each.processorMs))
    return {
      elapsedMs: cost.elapsedMs,
      peakBytes: (cost.peakBytes ?? 0) + sum(after.map((each) => each.peakBytes)),
      processorMs: (cost.processorMs ?? 0) + processorMs,
    }
  }
}

interface MeasuredProcess {
  readonly id: number
  readonly processorMs: number
  readonly peakBytes: number
}

/** A process and its children: the daemon and its containerd. */
async function familyOf(parent: number): Promise<readonly MeasuredProcess[]> {
  const numbers = (await readdir('/proc')).map(Number).filter((id) => id > 0)
  const found = await Promise.all(numbers.map(async (id) => ({ id, fields: await statOf(id) })))
  const members = found.filter(({ id, fields }) => id === parent || Number(fields[1]) === parent)
  return await Promise.all(
    members.map(async ({ id, fields }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
      const peakKibibytes = Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0)
      const ticks = sum(fields.slice(11, 15).map(Number))
      return { id, processorMs: ticks * tickMs, peakBytes: peakKibibytes * 1024 }
    }),
  )
}

/** The fields of proc(5)'s `stat` behind the name: the state is the first, the parent the second. */
async function statOf(id: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

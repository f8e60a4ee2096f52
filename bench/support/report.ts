import { availableParallelism, cpus, loadavg, release } from 'node:os'
import type { Result } from './contest.ts'

/** Says on what machine the figures were made. */
export function printMachine(): void {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  console.log(`Node ${process.versions.node}, Linux ${release()}, ${availableParallelism()} processors (${model})`)
}

/** How busy the machine was in the last minute: above the number of processors, the clock says little. */
export function printLoad(): void {
  console.log(`  load of the machine: ${(loadavg()[0] ?? 0).toFixed(1)}`)
}

/** Prints a table of medians with least and most, each also as a ratio to the result named `baseline`. */
export function printResults(title: string, results: readonly Result[], baseline: string): void {
  const base = results.find(({ name }) => name === baseline)
  if (base === undefined) throw new Error(`no contender is named ${baseline}`)
  const rows = results.map(({ name, elapsedMs, peakBytes, processorMs }) => [
    name,
    formatMs(elapsedMs.median),
    `${formatMs(elapsedMs.least)} to ${formatMs(elapsedMs.most)}`,
    (elapsedMs.median / base.elapsedMs.median).toFixed(2),
    processorMs === undefined ? '' : formatMs(processorMs),
    processorMs === undefined || !base.processorMs ? '' : (processorMs / base.processorMs).toFixed(2),
    peakBytes === undefined ? '' : `${(peakBytes / 1e6).toFixed(0)} MB`,
  ])
  const header = ['', 'median', 'least to most', `of ${baseline}`, 'processor', 'of it', 'peak memory']
  const widths = header.map((text, column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? text).length)))
  console.log(`\n${title}`)
  for (const row of [header, ...rows]) {
    const cells = row.map((text, column) =>
      column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
    )
    console.log(`  ${cells.join('  ')}`.trimEnd())
  }
}

function formatMs(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`
}

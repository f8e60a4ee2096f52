import type { EvaluatedInstruction } from '../../dockerfile/evaluated.ts'
import type { RunConfig } from '../../image/config.ts'

/** A config without what lines of a stage say themselves, of that which adds up: variables, labels, ports and volumes. */
export function withoutOwn(config: RunConfig, instructions: readonly EvaluatedInstruction[]): RunConfig {
  const said = new Set<string>()
  for (const each of instructions) {
    if (each.kind === 'env' || each.kind === 'label')
      for (const { name } of each.pairs) said.add(`${each.kind} ${name}`)
    if (each.kind === 'volume') for (const path of each.paths) said.add(`volume ${path}`)
    if (each.kind !== 'expose') continue
    for (const { first, last, protocol } of each.ports) {
      for (let port = first; port <= last; port += 1) said.add(`expose ${port}/${protocol}`)
    }
  }
  const without = <Value>(values: Readonly<Record<string, Value>> = {}, kind: string): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !said.has(`${kind} ${name}`)))
  return {
    ...config,
    Env: (config.Env ?? []).filter((each) => !said.has(`env ${each.slice(0, each.indexOf('='))}`)),
    Labels: without(config.Labels, 'label'),
    ExposedPorts: without(config.ExposedPorts, 'expose'),
    Volumes: without(config.Volumes, 'volume'),
  }
}

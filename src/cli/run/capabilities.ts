import { allCapabilities, defaultCapabilities } from '../../sandbox/capabilities.ts'
import { nearest } from '../../std/nearest.ts'
import { wrongUsage } from '../errors.ts'

/**
 * `--cap-add` and `--cap-drop`, as docker joins them: with `ALL` added, all but what is dropped; with `ALL` dropped, only what is added;
 * or else the usual ones without what is dropped, and what is added.
 *
 * @throws CliError `wrong-usage`
 */
export function capabilitiesOf(add: readonly string[], drop: readonly string[]): ReadonlySet<string> {
  const added = new Set(add.map((word) => readName('--cap-add', word)))
  const dropped = new Set(drop.map((word) => readName('--cap-drop', word)))
  if (added.has('ALL')) return new Set(allCapabilities.filter((name) => !dropped.has(name)))
  const kept = dropped.has('ALL') ? [] : [...defaultCapabilities].filter((name) => !dropped.has(name))
  return new Set([...kept, ...added])
}

/** With or without `CAP_`, in capital letters or not. */
function readName(option: string, word: string): string {
  const upper = word.trim().toUpperCase()
  if (upper === 'ALL') return upper
  const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`
  if (allCapabilities.includes(name)) return name
  const near = nearest(name, allCapabilities)
  const hint = near === undefined ? 'capabilities(7) lists them.' : `Did you mean ${near.slice('CAP_'.length)}?`
  return wrongUsage(`${option} ${word}: there is no such capability`, hint)
}

import { printable } from '../../std/printable.ts'
import type { Style } from '../../std/style.ts'
import type { CheckResult } from './check.ts'

const gap = '  '

/** A line for each check, and below it what that means and what helps, where something is not well. */
export function formatResults(results: readonly CheckResult[], style: Style): string {
  const stateWidth = Math.max(...results.map(({ state }) => state.length))
  const nameWidth = Math.max(...results.map(({ name }) => name.length))
  const indent = ' '.repeat(stateWidth) + gap + ' '.repeat(nameWidth) + gap
  const colours = { ok: 'green', warning: 'yellow', missing: 'red' } as const
  return results
    .map(({ name, state, finding, meaning, fix }) => {
      const first =
        style[colours[state]](state.padEnd(stateWidth)) + gap + name.padEnd(nameWidth) + gap + printable(finding)
      const more = [...(meaning === undefined ? [] : [meaning]), ...(fix === undefined ? [] : [`fix: ${fix}`])]
      return [first, ...more.map((line) => indent + style.dim(printable(line)))].map((line) => `${line}\n`).join('')
    })
    .join('')
}

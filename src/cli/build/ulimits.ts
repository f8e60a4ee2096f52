import type { Ulimit } from '../../sandbox/process-spec.ts'
import { nearest } from '../../std/nearest.ts'
import { ulimitNames } from '../../std/syscalls-limits.ts'
import { wrongValue } from './values.ts'

/**
 * `--ulimit`, as Docker has it: `nofile=1024`, or `nofile=1024:2048` for a soft and a hard limit; -1 is none. The last of a name counts.
 *
 * @throws BuildError `bad-build-option`
 */
export function ulimitsOf(words: readonly string[]): readonly Ulimit[] {
  const found = new Map(words.map(parseUlimit).map((each) => [each.name, each]))
  return [...found.values()]
}

function parseUlimit(word: string): Ulimit {
  const title = `--ulimit ${word}`
  const [, given = '', first = '', second = first] = /^([^=]*)=(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(word) ?? []
  if (given === '')
    return wrongValue(title, 'it is no limit', 'Write --ulimit nofile=1024 or --ulimit nofile=1024:2048.')
  const name = ulimitNames.find((each) => each === given)
  if (name === undefined) {
    const near = nearest(given, ulimitNames)
    const hint = near === undefined ? `There are ${ulimitNames.join(', ')}.` : `Did you mean ${near}?`
    return wrongValue(title, `there is no limit ${given}`, hint)
  }
  const [soft, hard] = [amountOf(first), amountOf(second)]
  if (soft > hard) wrongValue(title, 'the soft limit is above the hard one')
  return { name, soft, hard }
}

function amountOf(text: string): number {
  return text === '-1' ? Infinity : Number(text)
}

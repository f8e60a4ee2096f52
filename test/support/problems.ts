import assert from 'node:assert/strict'
import { formatProblems, type Problem } from '../../tools/source-tree.ts'

/** Fails with the list of what is wrong, one line each. */
export function assertNone(problems: readonly Problem[]): void {
  if (problems.length > 0) assert.fail(`\n${formatProblems(problems)}\n`)
}

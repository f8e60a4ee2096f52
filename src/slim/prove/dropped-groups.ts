import { posix } from 'node:path'
import type { Verdict } from '../ledger.ts'

/** Dropped paths without those below them: a folder that goes whole is one path. In the order of the ledger. */
export function droppedTops(verdicts: readonly Verdict[]): readonly string[] {
  const dropped = new Set(verdicts.filter(({ isKept }) => !isKept).map(({ path }) => path))
  return [...dropped].filter((path) => path !== '/' && !dropped.has(posix.dirname(path)))
}

import type { FileEntry } from '../filetree/file-entry.ts'
import { dropReason, isManyPrograms } from './decide/dropped.ts'
import { startKeeping, type Keeping } from './decide/keep.ts'
import { createPathTest } from './decide/patterns.ts'
import type { Reason } from './decide/reach.ts'
import { findWay, foldersAbove } from './decide/way.ts'
import type { DecideInput } from './decide-input.ts'
import type { Facts, SystemPackage } from './facts.ts'
import type { DropCause, KeepCause, KeptPackage, Ledger, Verdict } from './ledger.ts'

/**
 * Decides what becomes of every path of an image. Pure: the same facts and the same input give the same ledger. Keeping more never
 * drops anything.
 *
 * @param facts gathered with the same input; with another one, what its files need may be missing.
 */
export function decide(facts: Facts, input: DecideInput): Ledger {
  const entries = [...facts.tree.entries()]
  const keeping = startKeeping(facts, input, entries)
  keeping.settle()
  const { kept } = keeping.reach
  const packages = keepMetadata(facts, input, keeping)
  keepLinks(facts, keeping)
  for (const path of kept.keys().toArray()) {
    for (const folder of foldersAbove(path)) {
      if (kept.has(folder)) break
      kept.set(folder, { cause: 'way', detail: '' })
    }
  }
  kept.set('/', { cause: 'way', detail: '' })
  const isExcluded = createPathTest(input.exclude)
  return { verdicts: entries.map((entry) => verdictOf(entry, kept.get(entry.path), keeping, isExcluded)), packages }
}

/** How many paths and bytes of a ledger have a verdict of one cause. */
export interface CauseCount {
  readonly isKept: boolean
  readonly cause: KeepCause | DropCause
  readonly paths: number
  readonly sizeBytes: number
}

/** The verdicts of a ledger by their causes, kept ones first, the largest first. */
export function countCauses({ verdicts }: Pick<Ledger, 'verdicts'>): readonly CauseCount[] {
  const counts = new Map<string, CauseCount>()
  for (const { isKept, cause, sizeBytes } of verdicts) {
    const { paths, sizeBytes: before } = counts.get(cause) ?? { paths: 0, sizeBytes: 0 }
    counts.set(cause, { isKept, cause, paths: paths + 1, sizeBytes: before + sizeBytes })
  }
  return [...counts.values()].sort(
    (a, b) => Number(b.isKept) - Number(a.isKept) || b.sizeBytes - a.sizeBytes || (a.cause < b.cause ? -1 : 1),
  )
}

function verdictOf(
  entry: FileEntry,
  reason: Reason | undefined,
  { appFiles }: Keeping,
  isExcluded: (path: string) => boolean,
): Verdict {
  const { path, sizeBytes } = entry
  if (reason !== undefined) {
    const isSetuid = entry.kind === 'file' && (entry.mode & 0o6000) !== 0
    const detail = [reason.detail, ...(isSetuid ? ['without its setuid or setgid bit'] : [])].filter(
      (text) => text !== '',
    )
    return { path, isKept: true, cause: reason.cause, detail: detail.join('; '), sizeBytes }
  }
  if (isExcluded(path)) return { path, isKept: false, cause: 'excluded', detail: '', sizeBytes }
  const app = appFiles.verdict(entry)
  const { cause, detail } = app?.isKept === false ? app : dropReason(entry)
  return { path, isKept: false, cause, detail, sizeBytes }
}

/** Files that describe packages of which something stays, and the list of these packages. */
function keepMetadata({ packages }: Facts, { madeOf }: DecideInput, { reach }: Keeping): readonly KeptPackage[] {
  const found: KeptPackage[] = []
  const sources = new Set([...madeOf].flatMap(([path, source]) => (reach.kept.has(path) ? [source] : [])))
  const isUsed = (path: string): boolean => reach.kept.has(path) || sources.has(path)
  for (const system of packages) {
    if (!hasFiles(system, isUsed)) continue
    const { manager, name, version } = system
    found.push({ manager, name, version })
    for (const record of system.records) reach.keep(record, 'metadata', `describes ${name} ${version}`)
    if (manager === 'apk')
      reach.keep('/lib/apk/db/installed', 'metadata', 'describes packages: to be cut to those that stay')
  }
  return found
}

function hasFiles({ paths }: SystemPackage, isUsed: (path: string) => boolean): boolean {
  return paths.some((path) => isUsed(path) && !path.startsWith('/usr/share/doc/'))
}

/** What no image holds and every container has: a log may be a link to its standard output. */
const madeAtStart = /^\/(?:dev|proc)\//

/** Links that lead to something that stays. A link to a program that is many in one is a program of its own. */
function keepLinks({ tree }: Facts, { reach, entries }: Keeping): void {
  for (const { path, kind, linkTarget } of entries) {
    if (kind !== 'symbolic-link' || reach.kept.has(path)) continue
    if (madeAtStart.test(linkTarget)) {
      reach.keepItself(path, 'way', `leads to ${linkTarget}`)
      continue
    }
    const { target } = findWay(tree, path)
    if (target === undefined || target.path === '/' || !reach.kept.has(target.path) || isManyPrograms(target.path))
      continue
    reach.keepItself(path, 'way', `leads to ${target.path}`)
  }
}

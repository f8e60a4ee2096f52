import { rangesOverlap } from './text-range.ts'
import { applyEdits } from './edit.ts'
import { lintDockerfile, type Finding, type LintOptions, type LintResult } from './lint.ts'

/** A Dockerfile with fixes applied. */
export interface MendedDockerfile {
  readonly text: string
  /** The findings whose fixes were applied, in the order in which that was done. Ranges are of the text at that moment. */
  readonly mended: readonly Finding[]
  /** What judging the new text gives. */
  readonly remaining: LintResult
}

/** One fix may make room for another; more rounds than this are none's. */
const roundsMax = 40

/**
 * Applies the fixes of a Dockerfile's findings until there are no more: of those that change the same characters the first, the
 * others in the next round. Text that no fix changes stays as it is, and mending what was mended changes nothing.
 *
 * @param level `safe` for fixes that leave the image what it is, `unsafe` for all.
 * @param isWanted Which findings to mend; by default all.
 */
export function mendDockerfile(
  text: string,
  level: 'safe' | 'unsafe',
  options: LintOptions = {},
  isWanted: (finding: Finding) => boolean = () => true,
): MendedDockerfile {
  const mended: Finding[] = []
  const refused = new Set<string>()
  let current = { text, result: lintDockerfile(text, options) }
  for (let round = 0; round < roundsMax; round += 1) {
    const mendable = mendableOf(current.result, level).filter(
      (finding) => isWanted(finding) && !refused.has(signature(current.result, finding)),
    )
    const [first] = mendable
    if (first === undefined) break
    // Fixes of one rule may make work for another, so that it seems to do nothing: then one rule goes first.
    const ofFirst = mendable.filter(({ code }) => code === first.code)
    const all = applyFixes(current, compatible(mendable), level, options)
    const made = all.idle.length === 0 ? all : applyFixes(current, compatible(ofFirst), level, options)
    for (const each of made.idle) refused.add(each)
    if (made.idle.length > 0) continue
    mended.push(...made.applied)
    current = made
  }
  return { text: current.text, mended, remaining: current.result }
}

interface Judged {
  readonly text: string
  readonly result: LintResult
}

function applyFixes(
  { text, result }: Judged,
  applied: readonly Finding[],
  level: 'safe' | 'unsafe',
  options: LintOptions,
): Judged & { readonly applied: readonly Finding[]; readonly idle: readonly string[] } {
  const edits = applied.flatMap(({ fix }) => fix?.edits ?? [])
  const next = applyEdits(text, edits)
  const after = lintDockerfile(next, options)
  return { text: next, result: after, applied, idle: signaturesLeft(applied, result, after, level) }
}

/** Findings of which as many are left as before: their fixes do not do in this text what they say, so they are not applied. */
function signaturesLeft(
  chosen: readonly Finding[],
  before: LintResult,
  after: LintResult,
  level: 'safe' | 'unsafe',
): readonly string[] {
  const countBefore = countSignatures(before, level)
  const countAfter = countSignatures(after, level)
  const wanted = new Set(chosen.map((finding) => signature(before, finding)))
  return [...wanted].filter((each) => (countAfter.get(each) ?? 0) >= (countBefore.get(each) ?? 0))
}

function countSignatures(result: LintResult, level: 'safe' | 'unsafe'): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const finding of mendableOf(result, level)) {
    const key = signature(result, finding)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** What tells a finding from others, wherever it stands. */
function signature({ document }: LintResult, { code, message, range, fix }: Finding): string {
  return JSON.stringify([code, message, document.text.slice(range.start, range.end), fix?.title])
}

function mendableOf({ findings }: LintResult, level: 'safe' | 'unsafe'): readonly Finding[] {
  return findings.filter((finding) => isMendable(finding, level))
}

function isMendable({ fix }: Finding, level: 'safe' | 'unsafe'): boolean {
  return fix !== undefined && (fix.isSafe || level === 'unsafe')
}

/** Findings whose fixes do not touch each other. Two that insert at one place wait for each other as well. */
function compatible(findings: readonly Finding[]): readonly Finding[] {
  const edits = findings
    .flatMap((finding, owner) => (finding.fix?.edits ?? []).map(({ range }) => ({ range, owner })))
    .toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end || a.owner - b.owner)
  const refused = new Set<number>()
  let last: (typeof edits)[number] | undefined
  for (const edit of edits) {
    if (refused.has(edit.owner)) continue
    const touches =
      last !== undefined &&
      last.owner !== edit.owner &&
      (rangesOverlap(last.range, edit.range) || edit.range.start <= last.range.end)
    if (touches) refused.add(edit.owner)
    else if (last === undefined || edit.range.end >= last.range.end) last = edit
  }
  return findings.filter((_, index) => !refused.has(index))
}

import { lintDockerfile, lintRules, type Finding, type LintOptions, type LintResult } from '../../dockerfile/lint.ts'
import { positionAt } from '../../dockerfile/text-range.ts'
import { plural } from '../../std/plural.ts'

/** BuildKit's build checks alone, and what reading finds. */
export function checkDockerfile(text: string, options: LintOptions): LintResult {
  const others = lintRules.filter(({ category }) => category !== 'buildkit').map(({ name }) => [name, 'off'] as const)
  return lintDockerfile(text, { ...options, severities: new Map(others) })
}

/** The warnings of a build in the form of buildx, a line for each; undefined where there are none. */
export function warningLines({ document, findings }: LintResult): string | undefined {
  const warnings = checkFindings({ findings })
  if (warnings.length === 0) return undefined
  const lines = warnings.map(({ code, message, range }) => {
    return ` - ${code}: ${message} (line ${positionAt(document.lineIndex, range.start).line})`
  })
  return [`${plural(warnings.length, 'warning')} found (wherry build --check tells more):`, ...lines].join('\n')
}

/** What BuildKit's checks found. */
export function checkFindings({ findings }: Pick<LintResult, 'findings'>): readonly Finding[] {
  return findings.filter(isCheck)
}

/** Whether a finding is one of BuildKit's, and not of the reader. */
export function isCheck({ category }: Finding): boolean {
  return category === 'buildkit'
}

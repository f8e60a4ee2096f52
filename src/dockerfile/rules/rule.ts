import type { BuildContext } from '../build-context.ts'
import type { RelatedPlace, Severity } from '../diagnostic.ts'
import type { DockerfileDocument } from '../document.ts'
import type { TextEdit } from '../edit.ts'
import type { EvaluatedDockerfile } from '../evaluated.ts'
import type { TextRange } from '../text-range.ts'
import type { StageFacts } from './facts/stage-facts.ts'

/** The parts that rules come in. */
export const ruleCategories = ['buildkit', 'mistake', 'size', 'speed', 'safety', 'small-base'] as const

/** One of {@link ruleCategories}. */
export type RuleCategory = (typeof ruleCategories)[number]

/** One thing to look for in a Dockerfile. */
export interface Rule {
  /** As `# check=skip=…` names it: `StageNameCasing`. Names of BuildKit's checks are BuildKit's. */
  readonly name: string
  readonly category: RuleCategory
  /** How bad a finding is, if it does not say otherwise. */
  readonly severity: Severity
  /** What it finds, in a few words that begin in lower case: `a package manager's lists stay in a layer`. */
  readonly summary: string
  /** Only run where `# check=experimental=…` or the caller asks for it. */
  readonly isExperimental?: boolean
  /** Codes of the reader's diagnostics that say the same: they are left out, whether this rule is skipped or not. */
  readonly replaces?: readonly string[]
  /** Reports what it finds, in any order. Must not throw, and takes time in proportion to the file. */
  check(file: RuleInput, report: ReportFinding): void
}

/** What rules look at. */
export interface RuleInput {
  readonly document: DockerfileDocument
  readonly evaluated: EvaluatedDockerfile
  /** In the order of the file. */
  readonly stages: readonly StageFacts[]
  /** The stage that is built. Undefined where the file has none, or none of the name that was asked for. */
  readonly target: StageFacts | undefined
  /** Undefined where the context is not known. */
  readonly context: BuildContext | undefined
}

/** Takes a finding. */
export type ReportFinding = (found: FoundProblem) => void

/** What a rule says of one place. */
export interface FoundProblem {
  /** What is wrong, in one line without a full stop: `the lists of apt stay in the layer`. */
  readonly message: string
  /** As little as shows the problem: a word, an option. */
  readonly range: TextRange
  /** What it costs or risks, in one sentence: `About 20 MB in every image.` */
  readonly cost?: string
  /** What to do about it, in one sentence. */
  readonly hint?: string
  readonly related?: readonly RelatedPlace[]
  /** Where secrets stand: whoever shows the text leaves these out. */
  readonly secrets?: readonly TextRange[]
  /** Where it is not the rule's own. */
  readonly severity?: Severity
  readonly fix?: Fix
}

/** A change that mends a problem. Applied, the rule does not find the problem again. */
export interface Fix {
  /** What it does: `add --no-cache`. */
  readonly title: string
  /** Whether the image does the same as before. Others are applied only where the user asks for it. */
  readonly isSafe: boolean
  /** They go together, and do not overlap. */
  readonly edits: readonly TextEdit[]
}

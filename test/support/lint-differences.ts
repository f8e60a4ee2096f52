import { checkOptionsOf } from '../../src/dockerfile/comment-options.ts'
import type { DockerfileDocument } from '../../src/dockerfile/document.ts'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import type { EvaluatedDockerfile, EvaluatedStage } from '../../src/dockerfile/evaluated.ts'
import type { Instruction } from '../../src/dockerfile/instruction.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { neededStages } from '../../src/dockerfile/stages.ts'
import { positionAt } from '../../src/dockerfile/text-range.ts'
import { answerLint, evaluateOptions, type RecordedLint } from './lint-answers.ts'
import type { LintAnswer, LintFinding, LintQuestion } from './lint-question.ts'

/** A finding that only one of the two has. */
export interface LintDifference {
  readonly who: 'buildkit' | 'wherry'
  readonly finding: LintFinding
}

/** What BuildKit and wherry say differently. */
export interface LintComparison {
  /** What is not meant to differ. */
  readonly differences: readonly LintDifference[]
  /** The reasons for what is. */
  readonly reasons: readonly string[]
}

/** Compares what the two say of a file. */
export function compareLint({ question, answer }: RecordedLint): LintComparison {
  const ours = answerLint(question)
  const situation = describeSituation(question, answer)
  const isSame = (theirs: LintFinding, own: LintFinding): boolean => isSameFinding(theirs, own, situation)
  const found = [
    ...answer.findings
      .filter((theirs) => !ours.some((own) => isSame(theirs, own)))
      .map((finding): LintDifference => ({ who: 'buildkit', finding })),
    ...ours
      .filter((own) => !answer.findings.some((theirs) => isSame(theirs, own)))
      .map((finding): LintDifference => ({ who: 'wherry', finding })),
  ]
  const explained = found.map((difference) => ({
    difference,
    reason: knownDifferences.find(({ explains }) => explains(difference, situation))?.reason,
  }))
  return {
    differences: explained.flatMap(({ difference, reason }) => (reason === undefined ? [difference] : [])),
    reasons: explained.flatMap(({ reason }) => reason ?? []),
  }
}

/** A file, and what may explain differences. */
interface Situation {
  readonly question: LintQuestion
  readonly answer: LintAnswer
  readonly document: DockerfileDocument
  readonly evaluated: EvaluatedDockerfile
  readonly needed: ReadonlySet<EvaluatedStage>
}

function describeSituation(question: LintQuestion, answer: LintAnswer): Situation {
  const { document } = parseDockerfile(question.text)
  const evaluated = evaluateDockerfile(document, evaluateOptions(question))
  const { target } = evaluated
  const needed = new Set(target === undefined ? [] : neededStages(evaluated, target))
  return { question, answer, document, evaluated, needed }
}

/**
 * Whether two findings are the same: one check, at one place, about the same thing. BuildKit points to whole instructions, wherry to
 * the part that matters. The words differ; what BuildKit quotes has to be in both.
 */
function isSameFinding(theirs: LintFinding, own: LintFinding, { document }: Situation): boolean {
  if (theirs.rule !== own.rule) return false
  // BuildKit points to the last line of the instruction, wherry to the empty line.
  if (theirs.rule === 'NoEmptyContinuation') {
    return instructionAt(document, theirs.lines[0]) === instructionAt(document, own.lines[0])
  }
  if (own.lines[0] < theirs.lines[0] || own.lines[1] > theirs.lines[1]) return false
  return quotedNames(theirs).every((name) => own.message.includes(name))
}

/** Rules whose messages quote a keyword, or the whole FROM, say nothing more by it. */
const quotesNothing: ReadonlySet<string> = new Set(['LegacyKeyValueFormat', 'InvalidDefaultArgInFrom'])

function quotedNames({ rule, message }: LintFinding): readonly string[] {
  if (quotesNothing.has(rule)) return []
  const [statement = ''] = message.split(' (did you mean ')
  return [...statement.matchAll(/(['"])(.*?)\1/g)].map(([, , name = '']) => name)
}

function instructionAt({ instructions, lineIndex }: DockerfileDocument, line: number): Instruction | undefined {
  return instructions.find(({ lines }) => {
    const first = positionAt(lineIndex, lines.start).line
    return line >= first && line <= positionAt(lineIndex, Math.max(lines.start, lines.end - 1)).line
  })
}

interface KnownDifference {
  readonly reason: string
  readonly explains: (difference: LintDifference, situation: Situation) => boolean
}

/** Checks for which BuildKit does not look at the comments above an instruction. */
const withoutComments: ReadonlySet<string> = new Set([
  'ConsistentInstructionCasing',
  'DuplicateStageName',
  'InvalidBaseImagePlatform',
  'InvalidDefaultArgInFrom',
  'NoEmptyContinuation',
  'ReservedStageName',
])

/** Checks of instructions in the order in which they are built, so that it matters what ran before. */
const inOrder: ReadonlySet<string> = new Set([
  'CopyIgnoredFile',
  'ExposeInvalidFormat',
  'ExposeProtoCasing',
  'JSONArgsRecommended',
  'LegacyKeyValueFormat',
  'MultipleInstructionsDisallowed',
  'SecretsUsedInArgOrEnv',
  'UndefinedVar',
  'WorkdirRelativePath',
])

/** All that is meant to differ. */
const knownDifferences: readonly KnownDifference[] = [
  {
    reason: 'BuildKit stops at the first mistake in the language; wherry reads on',
    explains: ({ who }, { answer }) => who === 'wherry' && hasFailed(answer),
  },
  {
    reason: 'an instruction that BuildKit then refuses has a diagnostic, which is enough',
    explains: ({ who, finding }, { answer }) =>
      who === 'buildkit' &&
      finding.rule.startsWith('Expose') &&
      answer.failure?.lines.some(([first]) => first === finding.lines[0]) === true,
  },
  {
    reason: 'skip in a comment above an instruction counts for all checks that point to it; BuildKit forgets some',
    explains: ({ who, finding }, { document }) => {
      const instruction = instructionAt(document, finding.lines[0])
      const skip = checkOptionsOf(instruction?.leadingComments ?? [])?.skip
      const isForgotten =
        withoutComments.has(finding.rule) ||
        // A trigger is reported at FROM; of two commands, BuildKit looks at the comments of the other one.
        instruction?.kind === 'from' ||
        finding.rule === 'MultipleInstructionsDisallowed' ||
        finding.rule === 'InvalidDefinitionDescription'
      return who === 'buildkit' && isForgotten && (skip === 'all' || skip?.includes(finding.rule) === true)
    },
  },
  {
    reason: 'skip counts for experimental checks as well',
    explains: ({ who, finding }, { document: { checkOptions } }) =>
      who === 'buildkit' &&
      finding.rule === 'InvalidDefinitionDescription' &&
      (checkOptions.skip === 'all' || checkOptions.skip.includes(finding.rule)),
  },
  {
    reason: 'BuildKit only looks at the stages that the target needs; wherry judges the file',
    explains: ({ who, finding }, situation) =>
      who === 'wherry' && (situation.question.target ?? '') !== '' && !isNeeded(finding, situation),
  },
  {
    reason: 'in a stage that the target does not need BuildKit does not run triggers; here they set variables',
    explains: ({ finding }, situation) => {
      const stage = stageAt(finding, situation)
      const isTold = inOrder.has(finding.rule) && stage !== undefined && hasTriggers(stage, situation)
      return isTold && !isNeeded(finding, situation)
    },
  },
  {
    reason: 'nobody tells wherry of images that are only copied from',
    explains: ({ who, finding }, { document }) =>
      who === 'buildkit' &&
      finding.rule === 'InvalidBaseImagePlatform' &&
      instructionAt(document, finding.lines[0])?.kind !== 'from',
  },
  {
    reason: 'COPY /a copies a: BuildKit looks for /a in the ignore file, which has no such names',
    explains: ({ who, finding }) =>
      who === 'wherry' && finding.rule === 'CopyIgnoredFile' && finding.message.includes('"/'),
  },
]

/** Why anything may differ. */
export const knownReasons: readonly string[] = knownDifferences.map(({ reason }) => reason)

function hasFailed({ failure }: LintAnswer): boolean {
  // This one comes last, with `# check=error=true`.
  return failure !== undefined && failure.message !== 'lint violation'
}

function stageAt({ lines }: LintFinding, { document, evaluated }: Situation): EvaluatedStage | undefined {
  return evaluated.stages.findLast(
    ({ stage }) => positionAt(document.lineIndex, stage.from.lines.start).line <= lines[0],
  )
}

function isNeeded(finding: LintFinding, situation: Situation): boolean {
  const stage = stageAt(finding, situation)
  return stage === undefined || situation.needed.has(stage)
}

/** Whether a stage, or one that it begins with, has triggers before its own instructions. */
function hasTriggers(stage: EvaluatedStage, situation: Situation): boolean {
  if (stage.instructions.some(({ origin }) => origin !== 'stage')) return true
  const parent = stage.base.kind === 'stage' ? situation.evaluated.stages[stage.base.index] : undefined
  return parent !== undefined && hasTriggers(parent, situation)
}

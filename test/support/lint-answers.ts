import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import type { BuildContext } from '../../src/dockerfile/build-context.ts'
import { evaluateDockerfile, type EvaluateOptions } from '../../src/dockerfile/evaluate.ts'
import type { BaseImage } from '../../src/dockerfile/evaluated.ts'
import { lintDockerfile } from '../../src/dockerfile/lint.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { positionAt } from '../../src/dockerfile/text-range.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { familiarReference, parseReference } from '../../src/image/reference.ts'
import type { LintAnswer, LintFinding, LintImage, LintQuestion } from './lint-question.ts'

/** A Dockerfile and what BuildKit says of it. */
export interface RecordedLint {
  readonly question: LintQuestion
  readonly answer: LintAnswer
}

const recordFile = new URL('../differential/buildkit/lint-answers.jsonl', import.meta.url)

/** Asks BuildKit (`test/differential/buildkit`). @throws when it does not answer each question. */
export function askLint(program: string, questions: readonly LintQuestion[]): readonly RecordedLint[] {
  const input = questions.map((question) => JSON.stringify(question)).join('\n')
  const { stdout, stderr, error } = spawnSync(program, { input, maxBuffer: 1 << 28, encoding: 'utf8' })
  const answers = stdout.trim().split('\n')
  if (error !== undefined || answers.length !== questions.length) throw new Error(`BuildKit did not answer: ${stderr}`)
  return questions.map((question, index): RecordedLint => {
    const answer: LintAnswer = JSON.parse(answers[index] ?? '')
    return { question, answer }
  })
}

/** The answers that are kept in the repository. */
export async function readRecordedLint(): Promise<readonly RecordedLint[]> {
  const lines = (await readFile(recordFile, 'utf8')).trim().split('\n')
  return lines.map((line): RecordedLint => JSON.parse(line))
}

/** Keeps answers in the repository. */
export async function writeRecordedLint(answers: readonly RecordedLint[]): Promise<void> {
  await writeFile(recordFile, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
}

/** What wherry says, with the circumstances that the question describes. */
export function answerLint(question: LintQuestion): readonly LintFinding[] {
  const options = { ...evaluateOptions(question), context: contextOf(question) }
  const { document, findings } = lintDockerfile(question.text, options)
  return findings
    .filter(({ category }) => category === 'buildkit')
    .map(({ code, range, message }): LintFinding => {
      const last = positionAt(document.lineIndex, Math.max(range.start, range.end - 1)).line
      return { rule: code, lines: [positionAt(document.lineIndex, range.start).line, last], message }
    })
}

/** A build context of which only the ignore file is known. */
export function contextOf({ ignore = '' }: LintQuestion): BuildContext {
  return { list: () => undefined, read: () => undefined, ignoreFile: { name: '.dockerignore', text: ignore } }
}

/** What a question says of arguments, platforms and base images. */
export function evaluateOptions(question: LintQuestion): EvaluateOptions {
  const { text, target, platform = '', buildArguments = {}, images = {} } = question
  const buildPlatform = { os: 'linux', architecture: 'amd64' }
  const options = {
    buildArguments: new Map(Object.entries(buildArguments)),
    target,
    buildPlatform,
    targetPlatform: platform === '' ? buildPlatform : parsePlatform(platform),
  }
  const { stages } = evaluateDockerfile(parseDockerfile(text).document, options)
  const baseImages = stages.flatMap(({ stage, base }): readonly [number, BaseImage][] =>
    base.kind === 'image' ? [[stage.index, baseImage(images[imageName(base.reference)])]] : [],
  )
  return { ...options, baseImages: new Map(baseImages) }
}

function baseImage({ platform, environment = [], triggers = [], shell, isEmpty = false }: LintImage = {}): BaseImage {
  const variables = environment.map((variable): [string, string] => {
    const [name = '', ...value] = variable.split('=')
    return [name, value.join('=')]
  })
  // Of an image without layers BuildKit does not look at the platform.
  const isKnown = platform !== undefined && !isEmpty
  const image = { environment: new Map(variables), triggers, ...(shell === undefined ? {} : { shell }) }
  return isKnown ? { ...image, platform: parsePlatform(platform) } : image
}

function imageName(reference: string): string {
  try {
    return familiarReference({ ...parseReference(reference), tag: undefined, digest: undefined })
  } catch {
    return reference
  }
}

import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import type { DockerfileQuestion } from './dockerfile-answers.ts'

/** A question and what BuildKit says to it. */
export interface RecordedAnswer {
  readonly question: DockerfileQuestion
  readonly answer: unknown
}

const recordFile = new URL('../differential/buildkit/answers.jsonl', import.meta.url)

/** The program of `test/differential/buildkit`, where somebody built it; undefined elsewhere. */
export const buildkitProgram: string | undefined = process.env['WHERRY_BUILDKIT']

/** Asks BuildKit. @throws when it does not answer each question. */
export function askBuildkit(program: string, questions: readonly DockerfileQuestion[]): readonly RecordedAnswer[] {
  const input = questions.map((question) => JSON.stringify(question)).join('\n')
  const { stdout, stderr, error } = spawnSync(program, { input, maxBuffer: 1 << 28, encoding: 'utf8' })
  if (error !== undefined) throw error
  const lines = stdout.trim().split('\n')
  if (lines.length !== questions.length) throw new Error(`${lines.length} answers, not ${questions.length}: ${stderr}`)
  return questions.map((question, index) => ({ question, answer: JSON.parse(lines[index] ?? '') as unknown }))
}

/** The answers that are kept in the repository, one a line. The file is ours, so it is taken as it is. */
export async function readRecordedAnswers(): Promise<readonly RecordedAnswer[]> {
  const text = await readFile(recordFile, 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line): RecordedAnswer => JSON.parse(line))
}

/** Keeps answers in the repository. */
export async function writeRecordedAnswers(answers: readonly RecordedAnswer[]): Promise<void> {
  await writeFile(recordFile, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  askBuildkit,
  buildkitProgram,
  readRecordedAnswers,
  writeRecordedAnswers,
  type RecordedAnswer,
} from '../support/buildkit-answers.ts'
import { answerQuestion, isSameAnswer, type DockerfileQuestion } from '../support/dockerfile-answers.ts'
import { makeQuestion } from '../support/dockerfile-questions.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'

/**
 * What BuildKit 0.34.2 makes of questions of chance is kept in `buildkit/answers.jsonl`, so that it is compared everywhere. Where
 * its frontend can be built, as many new questions as one likes can be asked:
 *
 *     cd test/differential/buildkit && go mod tidy && go build -o FILE
 *     WHERRY_BUILDKIT=FILE npm test -- test/differential/dockerfile.test.ts
 *
 * With `UPDATE_GOLDEN=1` as well, the answers are recorded anew.
 */
const questionsKept: readonly (readonly [kind: DockerfileQuestion['kind'], count: number])[] = [
  ['word', 400],
  ['file', 250],
  ['syntax', 50],
  ['ignore', 150],
  ['evaluation', 200],
]

function makeQuestions(seed: string, times: number): readonly DockerfileQuestion[] {
  const random = seededRandom(seed)
  return questionsKept.flatMap(([kind, count]) =>
    Array.from({ length: count * times }, () => makeQuestion(kind, random)),
  )
}

function assertSame(answers: readonly RecordedAnswer[]): void {
  for (const { question, answer } of answers) {
    const ours: unknown = JSON.parse(JSON.stringify(answerQuestion(question)))
    // deepEqual only shows the difference.
    if (!isSameAnswer(ours, answer)) assert.deepEqual(ours, answer, JSON.stringify(question))
  }
}

describe('BuildKit and wherry agree on', async () => {
  if (buildkitProgram !== undefined && process.env['UPDATE_GOLDEN'] === '1') {
    await writeRecordedAnswers(askBuildkit(buildkitProgram, makeQuestions('recorded', 1)))
  }
  const recorded = await readRecordedAnswers()
  for (const [kind, count] of questionsKept) {
    const ofKind = recorded.filter(({ question }) => question.kind === kind)
    test(`${count} recorded answers about ${kind}`, () => {
      assert.equal(ofKind.length, count)
      assertSame(ofKind)
    })
  }

  if (buildkitProgram !== undefined) {
    const program = buildkitProgram
    test('new answers', (t) => {
      const seed = testSeed()
      t.diagnostic(`seed ${seed}`)
      assertSame(askBuildkit(program, makeQuestions(seed, 20)))
    })
  }
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lintRules } from '../../src/dockerfile/lint.ts'
import { mendDockerfile } from '../../src/dockerfile/mend.ts'
import { askBuildkit, buildkitProgram } from '../support/buildkit-answers.ts'
import type { DockerfileQuestion } from '../support/dockerfile-answers.ts'
import {
  askLint,
  contextOf,
  evaluateOptions,
  readRecordedLint,
  writeRecordedLint,
  type RecordedLint,
} from '../support/lint-answers.ts'
import { compareLint, knownReasons } from '../support/lint-differences.ts'
import type { LintQuestion } from '../support/lint-question.ts'
import { fixedLintQuestions, makeLintQuestion } from '../support/lint-questions.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'

/**
 * What the build checks of BuildKit 0.34.2 say of Dockerfiles is kept in `buildkit/lint-answers.jsonl`: of cases by hand, and of some
 * of chance. Where its frontend can be built, new ones can be asked; see dockerfile.test.ts.
 */
const randomKept = 240

function makeQuestions(seed: string, count: number): readonly LintQuestion[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => makeLintQuestion(random))
}

function assertSame(answers: readonly RecordedLint[]): void {
  for (const recorded of answers) {
    assert.deepEqual(compareLint(recorded).differences, [], JSON.stringify(recorded.question))
  }
}

function mendSafely(question: LintQuestion): string {
  const options = { ...evaluateOptions(question), context: contextOf(question) }
  return mendDockerfile(question.text, 'safe', options, ({ category }) => category === 'buildkit').text
}

/** What the image's config is. */
function askConfig({ text, target = '', buildArguments = {} }: LintQuestion): DockerfileQuestion {
  return { kind: 'evaluation', text, target, architecture: 'amd64', variables: {}, triggers: [], buildArguments }
}

/** Without the label that takes the place of MAINTAINER. */
function withoutAuthors(config: unknown): unknown {
  const hide = (name: string, value: unknown): unknown =>
    name === 'org.opencontainers.image.authors' ? undefined : value
  return JSON.parse(JSON.stringify(config, hide))
}

describe('BuildKit and wherry find the same', async () => {
  if (buildkitProgram !== undefined && process.env['UPDATE_GOLDEN'] === '1') {
    const questions = [...fixedLintQuestions, ...makeQuestions('recorded', randomKept)]
    await writeRecordedLint(askLint(buildkitProgram, questions))
  }
  const recorded = await readRecordedLint()

  test('in files whose answers are recorded', () => {
    assert.equal(recorded.length, fixedLintQuestions.length + randomKept)
    assertSame(recorded)
  })

  test('but for what is meant to differ, all of which is seen', () => {
    const seen = new Set(recorded.flatMap((each) => compareLint(each).reasons))
    assert.deepEqual(
      knownReasons.filter((reason) => !seen.has(reason)),
      [],
    )
  })

  test('by every check, often enough to notice a difference', () => {
    for (const { name, category } of lintRules) {
      if (category !== 'buildkit') continue
      const count = recorded.filter(({ answer }) => answer.findings.some(({ rule }) => rule === name)).length
      assert.ok(count >= 5, `${name}: ${count} files`)
    }
  })

  test('and have the same checks', () => {
    const ours = lintRules.filter(({ category }) => category === 'buildkit').map(({ name }) => name)
    const theirs = new Set(recorded.flatMap(({ answer }) => answer.findings.map(({ rule }) => rule)))
    assert.deepEqual(
      ours,
      [...theirs].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    )
  })

  if (buildkitProgram !== undefined) {
    const program = buildkitProgram
    test('in new files', (t) => {
      const seed = testSeed()
      t.diagnostic(`seed ${seed}`)
      assertSame(askLint(program, makeQuestions(seed, 3000)))
    })

    test('in mended files, which build the same', (t) => {
      const seed = testSeed()
      t.diagnostic(`seed ${seed}`)
      const before = askLint(program, [...fixedLintQuestions, ...makeQuestions(seed, 1000)])
      // Of what fails, the fixes are not to be judged by what is built.
      const building = before.filter(({ answer }) => answer.failure === undefined)
      const mended = building.map(({ question }) => ({ ...question, text: mendSafely(question) }))
      assertSame(askLint(program, mended))
      const built = askBuildkit(program, building.map(({ question }) => askConfig(question))) // prettier-ignore
      const builtAgain = askBuildkit(program, mended.map(askConfig))
      for (const [index, { question, answer }] of built.entries()) {
        assert.deepEqual(withoutAuthors(builtAgain[index]?.answer), withoutAuthors(answer), JSON.stringify(question))
      }
    })
  }
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applyEdits } from '../../src/dockerfile/edit.ts'
import { lintDockerfile, type LintResult } from '../../src/dockerfile/lint.ts'
import { mendDockerfile } from '../../src/dockerfile/mend.ts'
import { damagedDockerfile, readDockerfiles } from '../support/damaged-dockerfiles.ts'
import { seededRandom } from '../support/seeded-random.ts'

const seed = process.env['WHERRY_TEST_SEED'] ?? 'lint'
const roundCount = 600

/** What has to hold of any text whatever. */
function checkText(text: string): void {
  const judged = lintDockerfile(text, { experimental: true })
  for (const { range, related = [], fix, message, secrets = [] } of judged.findings) {
    for (const place of [range, ...related.map((each) => each.range), ...secrets]) {
      assert.ok(place.start >= 0 && place.end >= place.start && place.end <= text.length)
    }
    assert.doesNotMatch(message, /\n/)
    // The edits of one fix go together.
    if (fix !== undefined) assert.notEqual(applyEdits(text, fix.edits), text)
  }
  for (const level of ['safe', 'unsafe'] as const) {
    const { text: mended, remaining } = mendDockerfile(text, level)
    assert.equal(mendDockerfile(mended, level).text, mended, `mending (${level}) twice changes the text again`)
    if (level === 'safe') assert.ok(errorCount(remaining) <= errorCount(judged), 'a safe fix makes no mistakes')
  }
}

function errorCount({ findings }: LintResult): number {
  return findings.filter(({ category, severity }) => category === 'reading' && severity === 'error').length
}

describe(`whatever the Dockerfile is (seed ${seed})`, () => {
  test('it is judged and mended, findings have places, and mending comes to an end', async () => {
    const files = await readDockerfiles('lint')
    const random = seededRandom(seed)
    for (let round = 0; round < roundCount; round += 1) {
      const text = damagedDockerfile(files, random)
      try {
        checkText(text)
      } catch (error) {
        throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(text)}`, { cause: error })
      }
    }
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluateDockerfile } from './evaluate.ts'
import type { EvaluatedDockerfile } from './evaluated.ts'
import { parseDockerfile } from './parse.ts'
import { findStage, findStageByName, neededStages, stageDependencies } from './stages.ts'

function evaluate(text: string): EvaluatedDockerfile {
  return evaluateDockerfile(parseDockerfile(text).document)
}

test('a stage is found by number or by name in any case, the last of equal names', () => {
  const { stages } = parseDockerfile('FROM a AS One\nFROM b AS two\nFROM c AS one\n').document
  assert.equal(findStage(stages, '0')?.index, 0)
  assert.equal(findStage(stages, '+1')?.index, 1)
  assert.equal(findStage(stages, 'ONE')?.index, 2)
  assert.equal(findStage(stages, '3'), undefined)
  assert.equal(findStage(stages, '-1'), undefined)
  assert.equal(findStage(stages, 'three'), undefined)
  assert.equal(findStageByName(stages, '0'), undefined)
})

const text = `FROM scratch AS base
FROM base AS left
COPY --from=0 a b
FROM base AS right
RUN --mount=from=left,target=/x true
FROM alpine AS unused
COPY --from=nginx a b
FROM \${NOWHERE:-base}
COPY --from=right a b
`

describe('dependencies', () => {
  test('are told with the reason and the place', () => {
    const { stages } = evaluate(text)
    const told = stages.map((stage) =>
      stageDependencies(stage).map(({ index, reason, range }) => [index, reason, text.slice(range.start, range.end)]),
    )
    assert.deepEqual(told, [
      [],
      [[0, 'from', 'base'], [0, 'copy', '0']],
      [[0, 'from', 'base'], [1, 'mount', 'left']],
      [],
      [[0, 'from', '${NOWHERE:-base}'], [2, 'copy', 'right']],
    ]) // prettier-ignore
  })

  test('lead to all that a stage needs, in an order in which it can be built', () => {
    const evaluated = evaluate(text)
    assert.ok(evaluated.target)
    assert.deepEqual(neededStages(evaluated, evaluated.target).map(({ stage }) => stage.index), [0, 1, 2, 4]) // prettier-ignore
  })

  test('on later stages are reported, and circles as such', () => {
    const late = 'FROM a AS one\nCOPY --from=two a b\nFROM a AS two\nFROM one\n'
    const { diagnostics, target, ...evaluated } = evaluate(late)
    assert.deepEqual(diagnostics.map(({ code }) => code), ['stage-not-built-yet']) // prettier-ignore
    assert.ok(target)
    assert.deepEqual(neededStages({ diagnostics, target, ...evaluated }, target).map(({ stage }) => stage.index), [0, 2]) // prettier-ignore
    const circle = 'FROM a AS one\nCOPY --from=two a b\nFROM one AS two\nFROM a AS self\nCOPY --from=self a b\n'
    assert.deepEqual(evaluate(circle).diagnostics.map(({ code }) => code), ['circular-stages', 'circular-stages']) // prettier-ignore
  })
})

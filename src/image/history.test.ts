import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Descriptor } from './descriptor.ts'
import { digestOf } from './digest.ts'
import { historyInstruction, joinHistory } from './history.ts'

const layers: readonly Descriptor[] = ['a', 'b', 'c'].map((name) => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digestOf(Buffer.from(name)),
  size: 1,
}))
const diffIds = ['A', 'B', 'C'].map((name) => digestOf(Buffer.from(name)))

describe('joinHistory', () => {
  test('gives each line that made a layer its layer', () => {
    const lines = joinHistory(layers.slice(0, 2), diffIds, [
      { created_by: 'ADD' },
      { created_by: 'ENV', empty_layer: true },
      { created_by: 'RUN' },
    ])
    assert.deepEqual(
      lines.map((line) => [line.createdBy, line.layer?.digest, line.diffId]),
      [
        ['ADD', layers[0]?.digest, diffIds[0]],
        ['ENV', undefined, undefined],
        ['RUN', layers[1]?.digest, diffIds[1]],
      ],
    )
  })

  test('shows layers that the history does not tell of, and lines without a layer', () => {
    assert.equal(joinHistory(layers, diffIds, []).length, 3)
    assert.deepEqual(
      joinHistory(layers, diffIds, [{ created_by: 'ADD' }]).map((line) => line.layer?.digest),
      layers.map((layer) => layer.digest),
    )
    assert.deepEqual(joinHistory([], [], [{ created_by: 'ADD' }])[0]?.layer, undefined)
  })
})

describe('historyInstruction', () => {
  const cases = [
    ['/bin/sh -c #(nop)  CMD ["node"]', 'CMD ["node"]'],
    ['/bin/sh -c apt-get   update\n && true', 'RUN apt-get update && true'],
    ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
    ['COPY . /app # buildkit', 'COPY . /app'],
    [undefined, ''],
  ] as const
  for (const [createdBy, expected] of cases)
    test(`${createdBy}`, () => assert.equal(historyInstruction(createdBy), expected))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import { unusedArguments } from './unused-arguments.ts'

test('build arguments that no ARG takes are told, with the name that was perhaps meant', () => {
  const { document } = parseDockerfile('ARG BASE=a\nFROM $BASE\nARG VERSION COMMIT\n')
  const known = [
    'BASE',
    'VERSION',
    'COMMIT',
    'TARGETARCH',
    'http_proxy',
    'NO_PROXY',
    'SOURCE_DATE_EPOCH',
    'BUILDKIT_INLINE_CACHE',
  ]
  assert.equal(unusedArguments(known, document), undefined)
  assert.equal(unusedArguments(['VERSOIN'], document), 'no ARG takes the build argument VERSOIN: did you mean VERSION?')
  assert.equal(unusedArguments(['A', 'B', 'A'], document), 'no ARG takes the build arguments A, B')
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { uploadedBytes } from './upload-range.ts'

describe('the Range of an upload', () => {
  test('is how much the registry holds', () => {
    assert.equal(uploadedBytes('0-99'), 100)
    assert.equal(uploadedBytes('bytes=0-99'), 100)
    assert.equal(uploadedBytes('0-0'), 0)
    for (const text of [undefined, '', '5-9', '0--1', 'x']) assert.equal(uploadedBytes(text), undefined)
  })
})

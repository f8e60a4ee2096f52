import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextName } from './context-name.ts'

test('names of contexts are compared in one form', () => {
  for (const name of [
    'alpine',
    'Alpine',
    'alpine:latest',
    'docker.io/library/alpine',
    'index.docker.io/library/alpine',
  ]) {
    assert.equal(contextName(name), 'alpine')
  }
  assert.equal(contextName('alpine:3'), 'alpine:3')
  assert.equal(contextName('localhost:5000/a:latest'), 'localhost:5000/a')
  assert.equal(contextName('no image!'), 'no image!')
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isImageReference } from './image-reference.ts'

const hex = 'a'.repeat(64)

describe('the name of an image', () => {
  // prettier-ignore
  const names = [
    'a', 'a:1.2-x_Y', 'a/b/c', 'localhost/a', 'localhost:5000/a:1', 'REGISTRY/a', 'reg.example.org:443/a', '[::1]:5000/a', 'a--b', 'a__b',
    `a@sha256:${hex}`, `a:1@sha256:${hex}`, `${hex}:1`, 'docker.io/a', 'a_b.c/d',
  ]
  // prettier-ignore
  const others = [
    '', 'A', 'a:', 'a:-', 'a//b', '/a', 'a/', '-a', 'a_-b', 'a___b', 'a b', 'a@sha256:abc', `a@md5:${hex}`, hex, 'a:1:2', 'localhost/A',
    `a:${'b'.repeat(129)}`, 'a'.repeat(300), '$X', '[x]/a',
  ]

  test('may be what it may be in the field', () => {
    assert.deepEqual(names.filter((name) => !isImageReference(name)), []) // prettier-ignore
  })

  test('is nothing else', () => {
    assert.deepEqual(others.filter((name) => isImageReference(name)), []) // prettier-ignore
  })
})

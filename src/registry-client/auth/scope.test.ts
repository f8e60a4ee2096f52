import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { coversScopes, formatScope, mergeScopes, parseScope, repositoryScope } from './scope.ts'

describe('scopes', () => {
  test('are read and written', () => {
    for (const text of ['repository:a/b:pull,push', 'registry:catalog:*', 'repository:host:5000/a:pull']) {
      const scope = parseScope(text)
      assert(scope !== undefined)
      assert.equal(formatScope(scope), text)
    }
    assert.deepEqual(parseScope('repository:host:5000/a:pull'), repositoryScope('host:5000/a', 'pull'))
    for (const text of ['', 'openid', 'repository:a']) assert.equal(parseScope(text), undefined)
  })

  test('are merged into one for each resource, in one order', () => {
    const [a, b] = [repositoryScope('a', 'push', 'pull'), repositoryScope('b', 'pull')]
    const merged = mergeScopes([b, a, repositoryScope('b', 'delete')])
    assert.deepEqual(merged.map(formatScope), ['repository:a:pull,push', 'repository:b:delete,pull'])
    assert.deepEqual(mergeScopes([...merged].toReversed()), merged)
  })

  test('cover what is part of them', () => {
    const held = [repositoryScope('a', 'pull', 'push'), repositoryScope('b', 'pull')]
    assert(coversScopes(held, [repositoryScope('a', 'pull')]))
    assert(coversScopes(held, []))
    assert(!coversScopes(held, [repositoryScope('b', 'push')]))
    assert(!coversScopes(held, [repositoryScope('c', 'pull')]))
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPlaceholder, shapedSecrets } from './secret-shapes.ts'

// Put together here, so that nothing in this file has the form of a credential.
const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fGaB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG'

test('shapedSecrets finds credentials of well-known forms', () => {
  const texts = [
    `ghp_${letters.slice(0, 36)}`,
    `github_pat_${letters}_${letters.slice(0, 17)}`,
    `glpat-${letters.slice(0, 20)}`,
    ['ASIA', 'QWERTYUIOP234567'].join(''),
    ['xoxb', '123456789012', letters].join('-'),
    `npm_${letters.slice(0, 36)}`,
    `dckr_pat_${letters.slice(0, 27)}`,
    ['sk', 'live', letters.slice(0, 24)].join('_'),
    ['-----BEGIN OPENSSH', 'PRIVATE KEY-----'].join(' '),
  ]
  for (const text of texts) {
    const [found, ...others] = shapedSecrets(`A=${text} b`)
    assert.deepEqual(found?.range, { start: 2, end: 2 + text.length }, text.slice(0, 8))
    assert.deepEqual(others, [])
  }
  for (const text of [
    `ghp_${'x'.repeat(36)}`,
    'AKIAIOSFODNN7EXAMPLE',
    `sk-learn-${letters}`,
    `npm_config_${letters}`,
    'xoxo',
  ])
    assert.deepEqual(shapedSecrets(text), [], text)
})

test('isPlaceholder knows what stands for a secret only', () => {
  for (const text of [
    'changeme',
    'password',
    '<token>',
    '$TOKEN',
    '${A}',
    'xxxxxxxx',
    '***',
    'your-key',
    'abc',
    'dummy-secret',
    '123456',
  ])
    assert.ok(isPlaceholder(text), text)
  for (const text of ['hunter2', 's3cr3tPw', 'Winter2026', 'wJalrXUtnFEMI']) assert.ok(!isPlaceholder(text), text)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNearHost, readWebAddress } from './web-address.ts'

test('readWebAddress takes addresses apart as far as they are known', () => {
  const expected = {
    'https://Example.com:8443/a/b?c#d': ['https', undefined, 'example.com', '/a/b'],
    'HTTP://u:p@h': ['http', 'u:p', 'h', ''],
    'https://u:p@q@h/x': ['https', 'u:p@q', 'h', '/x'],
    'https://$HOST/a': ['https', undefined, undefined, '/a'],
    'https://a.${D}:80/b': ['https', undefined, undefined, '/b'],
    'http://[::1]:80/a': ['http', undefined, '[::1]', '/a'],
  }
  for (const [text, wanted] of Object.entries(expected)) {
    const { scheme, userInfo, host, path } = readWebAddress(text) ?? {}
    assert.deepEqual([scheme, userInfo, host, path], wanted, text)
  }
  for (const text of ['example.com/a', '/a', '://a', '', 'git@h:a/b'])
    assert.equal(readWebAddress(text), undefined, text)
})

test('isNearHost knows the own machine and network', () => {
  for (const host of [
    'localhost',
    'nexus',
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    'a.lan',
    'x.internal',
    '[::1]',
  ])
    assert.ok(isNearHost(host), host)
  for (const host of ['example.com', '8.8.8.8', '172.32.0.1', 'internal.example.com', '100.10.1.1'])
    assert.ok(!isNearHost(host), host)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  allowsInsecureOf,
  buildArgumentsOf,
  extraHostsOf,
  labelsOf,
  networkOf,
  platformsOf,
  sharedMemoryOf,
  splitPair,
} from './values.ts'

describe('values of options of a build', () => {
  test('are read as docker reads them', () => {
    assert.deepEqual(
      [...buildArgumentsOf(['a=1', 'b=x=y', 'c', 'd', 'e='], { c: 'from outside' })],
      [
        ['a', '1'],
        ['b', 'x=y'],
        ['c', 'from outside'],
        ['e', ''],
      ],
    )
    assert.deepEqual(
      [...labelsOf(['a=1', 'b'])],
      [
        ['a', '1'],
        ['b', ''],
      ],
    )
    assert.deepEqual(extraHostsOf(['a:10.0.0.1', 'b=::1', 'c:[::2]', 'd:host-gateway']), [
      { name: 'a', address: '10.0.0.1' },
      { name: 'b', address: '::1' },
      { name: 'c', address: '::2' },
      { name: 'd', address: '127.0.0.1' },
    ])
    assert.deepEqual(['1', '64m', '1.5g', '2 GiB', '3kb'].map(sharedMemoryOf), [
      1,
      64 * 1024 ** 2,
      1.5 * 1024 ** 3,
      2 * 1024 ** 3,
      3 * 1024,
    ])
    assert.deepEqual([undefined, '', 'host', 'none'].map(networkOf), ['default', 'default', 'host', 'none'])
    assert.equal(allowsInsecureOf(['network.host', 'security.insecure']), true)
    assert.equal(allowsInsecureOf(['network.host']), false)
    assert.deepEqual(
      platformsOf(['linux/amd64', ' linux/arm64', 'linux/x86_64'], {}).map(({ architecture }) => architecture),
      ['amd64', 'arm64'],
    )
    assert.deepEqual(
      platformsOf([], { DOCKER_DEFAULT_PLATFORM: 'linux/s390x' }).map(({ architecture }) => architecture),
      ['s390x'],
    )
  })

  const wrong: readonly (readonly [read: () => unknown, message: RegExp, hint?: RegExp])[] = [
    [() => splitPair('--label', '=x'), /^--label =x: it has no name$/],
    [() => networkOf('hots'), /^--network hots: /, /Did you mean host\?/],
    [() => networkOf('my-bridge'), /^--network my-bridge: /, /no networks of an engine/],
    [() => extraHostsOf(['a']), /^--add-host a: it is no HOST:IP$/],
    [() => extraHostsOf(['a:b']), /"b" is no address/],
    [() => allowsInsecureOf(['security.insecur']), /there is no such right/, /Did you mean security\.insecure\?/],
    [() => allowsInsecureOf(['device']), /RUN sees no devices/],
    [() => sharedMemoryOf('much'), /^--shm-size much: it is no size$/],
    [() => sharedMemoryOf('0'), /it is no size/],
  ]
  for (const [read, message, hint] of wrong) {
    test(`are refused: ${message.source}`, () => {
      assert.throws(read, { code: 'bad-build-option', message, ...(hint === undefined ? {} : { hint }) })
    })
  }
})

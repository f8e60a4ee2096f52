import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseChallenges, type Challenge } from './challenge.ts'

function plain(challenges: readonly Challenge[]): readonly (readonly [string, Record<string, string>])[] {
  return challenges.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])
}

describe('challenges', () => {
  const cases: Record<string, readonly (readonly [string, Record<string, string>])[]> = {
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"': [
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
    // RFC 9110, section 11.6.1
    'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"': [
      ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ['basic', { realm: 'simple' }],
    ],
    'Negotiate, Basic realm = "a, b" , charset=UTF-8': [
      ['negotiate', {}],
      ['basic', { realm: 'a, b', charset: 'UTF-8' }],
    ],
    'NTLM TlRMTVNTUAAC==, BASIC Realm=""': [
      ['ntlm', {}],
      ['basic', { realm: '' }],
    ],
    ', ,Basic realm="x",,charset=y,,': [['basic', { realm: 'x', charset: 'y' }]],
    'Bearer realm="a", REALM="b"': [['bearer', { realm: 'a' }]],
    Basic: [['basic', {}]],
    'Basic realm="never ends': [['basic', {}]],
    'Basic realm="a" nonsense, Bearer realm="b"': [['basic', { realm: 'a' }]],
    '"Basic" realm="a"': [],
    '': [],
  }
  for (const [header, expected] of Object.entries(cases)) {
    test(header, () => assert.deepEqual(plain(parseChallenges(header)), expected))
  }

  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,10}$/)
  const value = fc.string({ unit: 'grapheme', maxLength: 20 })
  const parameters = fc.uniqueArray(fc.tuple(token, value), {
    maxLength: 4,
    selector: ([name]) => name.toLowerCase(),
  })

  test('are read as they were written', () => {
    const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
    const format = (scheme: string, list: readonly (readonly [string, string])[]): string =>
      `${scheme} ${list.map(([name, text]) => `${name}=${quoted(text)}`).join(', ')}`.trimEnd()
    fc.assert(
      fc.property(fc.array(fc.tuple(token, parameters), { maxLength: 4 }), (challenges) => {
        const header = challenges.map(([scheme, list]) => format(scheme, list)).join(', ')
        const expected = challenges.map(([scheme, list]) => [
          scheme.toLowerCase(),
          Object.fromEntries(list.map(([name, text]) => [name.toLowerCase(), text])),
        ])
        assert.deepEqual(plain(parseChallenges(header)), expected)
      }),
    )
  })

  test('of any text are read without failing, and quickly', () => {
    const piece = fc.constantFrom(...'Basic |Bearer |realm|=|"|\\|,| |a|\0|é|=='.split('|'))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        ),
        (text) => {
          assert(parseChallenges(text).length <= text.length)
        },
      ),
    )
    for (const text of [
      'a '.repeat(50_000),
      `Basic realm="${'\\'.repeat(100_000)}`,
      'a=,'.repeat(50_000),
      ' '.repeat(100_000),
    ]) {
      // The processor's time: the clock's also counts what else the machine does.
      const start = process.cpuUsage()
      parseChallenges(`Basic ${text}`)
      assert(process.cpuUsage(start).user < 1_000_000, text.slice(0, 10))
    }
  })
})

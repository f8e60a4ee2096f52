import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { licenseExpression } from './license-names.ts'

/** Of one synopsis. */
function expressionOf(...synopses: readonly string[]): string | undefined {
  return licenseExpression(synopses, 'app')?.expression
}

describe('licenseExpression', () => {
  const cases: readonly (readonly [synopsis: string, expression: string])[] = [
    ['Expat', 'MIT'],
    ['MIT', 'MIT'],
    ['Apache-2.0', 'Apache-2.0'],
    ['BSD-3-clause', 'BSD-3-Clause'],
    ['Zlib', 'Zlib'],
    ['GPL-2', 'GPL-2.0-only'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPL-3.0+', 'GPL-3.0-or-later'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['AGPL-3', 'AGPL-3.0-only'],
    ['GFDL-1.3+', 'GFDL-1.3-or-later'],
    ['GFDL-NIV-1.3+', 'GFDL-1.3-no-invariants-or-later'],
    ['GPL-2.0-or-later', 'GPL-2.0-or-later'],
    ['Artistic or GPL-1+', '(Artistic-1.0 OR GPL-1.0-or-later)'],
    ['GPL-1+ or Artistic', '(Artistic-1.0 OR GPL-1.0-or-later)'],
    ['Perl', '(Artistic-1.0 OR GPL-1.0-or-later)'],
    ['Expat and ISC', 'ISC AND MIT'],
    ['GPL-2 or ISC and Expat', '((ISC AND MIT) OR GPL-2.0-only)'],
    ['GPL-2 or ISC, and Expat', '(GPL-2.0-only OR ISC) AND MIT'],
    ['public-domain', 'LicenseRef-app-public-domain'],
    ['GPL-2+ with OpenSSL exception', 'LicenseRef-app-GPL-2-with-OpenSSL-exception'],
    ['GPL-9', 'LicenseRef-app-GPL-9'],
  ]
  for (const [synopsis, expression] of cases) {
    test(`${synopsis} is ${expression}`, () => assert.equal(expressionOf(synopsis), expression))
  }

  test('of several files is all of theirs, each once and in order', () => {
    assert.equal(expressionOf('Expat', 'GPL-2+', 'MIT', 'Expat and ISC'), 'GPL-2.0-or-later AND ISC AND MIT')
    assert.equal(expressionOf(), undefined)
    assert.equal(expressionOf('', '  '), undefined)
  })

  test('names each licence that SPDX does not list, and says what it was called', () => {
    const { unlisted } = licenseExpression(['custom or Expat', 'GPL-2+ with x'], 'app') ?? {}
    assert.deepEqual(unlisted, [
      { id: 'LicenseRef-app-custom', name: 'custom' },
      { id: 'LicenseRef-app-GPL-2-with-x', name: 'GPL-2+ with x' },
    ])
  })

  test('is an expression whatever is written', () => {
    const words = fc.constantFrom('GPL-2', 'Expat', 'and', 'or', ',', '|', '(', ')', '"', 'ö', '+', ' ', '-')
    const synopsis = fc.array(words, { minLength: 1 }).map((list) => list.join(' '))
    fc.assert(
      fc.property(synopsis, (text) => {
        const { expression = '' } = licenseExpression([text], 'a+b') ?? {}
        assert.match(expression, /^$|^[A-Za-z0-9.() -]+$/)
        assert.equal(expression.split('(').length, expression.split(')').length)
        assert.doesNotMatch(expression, /AND (?:AND|OR|\))|OR (?:AND|OR|\))|\(\)|(?:AND|OR)$|^(?:AND|OR)\b/)
      }),
    )
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { licenseSynopses } from './copyright-file.ts'

const format = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n'

describe('licenseSynopses', () => {
  test('has the first line of each licence that files are under, once', () => {
    const text = `${format}Upstream-Name: app

Files: *
Copyright: 2026 Ada
License: Expat
 Permission is granted.
 .
 And so on.

Files: b c
Copyright: 2026 Bob
License: GPL-2+ or Artistic

Files: debian/*
Copyright: 2026 Eve
License: Expat

License: BSD-3-clause
 Named by nobody.
`
    assert.deepEqual(licenseSynopses(text), ['Expat', 'GPL-2+ or Artistic'])
  })

  test('has that of the header, where the whole is under it', () => {
    assert.deepEqual(licenseSynopses(`${format}License: ISC\n\nFiles: *\nCopyright: x\nLicense: Expat\n`), [
      'ISC',
      'Expat',
    ])
  })

  for (const [name, text] of [
    ['a text for people', 'This package was made by Ada.\n\nCopyright: 2026 Ada\nLicense: MIT\n'],
    ['an older format', 'Format-Specification: http://example.org\n\nFiles: *\nLicense: MIT\n'],
    ['a file with a mistake', `${format}\nFiles: *\nLicense: MIT\nwhat is this\n`],
    ['a file without a licence', `${format}\nFiles: *\nCopyright: x\n`],
    ['nothing', ''],
  ] as const) {
    test(`does not guess at ${name}`, () => assert.equal(licenseSynopses(text), undefined))
  }
})

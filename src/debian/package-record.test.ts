import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatAlternatives, formatRelation } from './dependency.ts'
import { parsePackageRecord } from './package-record.ts'
import { packageText } from './testing/archive.ts'

const hash = 'ab'.repeat(32)

describe('parsePackageRecord', () => {
  test('reads what an index says of a package', () => {
    const text = packageText({
      Package: 'bash',
      Version: '5.2.15-2+b7',
      Source: 'bash-source (5.2.15-2)',
      'Installed-Size': '7163',
      'Multi-Arch': 'foreign',
      Essential: 'yes',
      Priority: 'required',
      Depends: 'base-files (>= 2.1.12), debianutils (>= 5.6-0.1) | awk',
      'Pre-Depends': 'libc6 (>= 2.36)',
      Provides: 'sh (= 1), shell',
      Conflicts: 'bash-completion (<< 20060301-0)',
      Filename: './pool/main/b/bash/bash_5.2.15-2+b7_amd64.deb',
      Size: '1491080',
      SHA256: hash.toUpperCase(),
    })
    const record = parsePackageRecord(text, 'the index')
    const { relations, ...rest } = record
    assert.deepEqual(rest, {
      name: 'bash',
      version: '5.2.15-2+b7',
      architecture: 'amd64',
      multiArch: 'foreign',
      isEssential: true,
      priority: 'required',
      source: { name: 'bash-source', version: '5.2.15-2' },
      installedSizeBytes: 7163 * 1024,
      file: { path: 'pool/main/b/bash/bash_5.2.15-2+b7_amd64.deb', sizeBytes: 1491080, sha256: hash },
      text,
    })
    assert.deepEqual(relations.depends.map(formatAlternatives), [
      'base-files (>= 2.1.12)',
      'debianutils (>= 5.6-0.1) | awk',
    ])
    assert.deepEqual(relations.preDepends.map(formatAlternatives), ['libc6 (>= 2.36)'])
    assert.deepEqual(relations.provides.map(formatRelation), ['sh (= 1)', 'shell'])
    assert.deepEqual(relations.conflicts.map(formatRelation), ['bash-completion (<< 20060301-0)'])
    assert.deepEqual(relations.breaks, [])
  })

  test('takes a record of a package that no archive has', () => {
    const record = parsePackageRecord(packageText({ Package: 'local', Source: 'other' }), 'the control file')
    assert.equal(record.file, undefined)
    assert.deepEqual(record.source, { name: 'other', version: '1' })
    assert.equal(record.multiArch, 'no')
    assert.equal(record.installedSizeBytes, undefined)
  })

  const file = { Filename: 'pool/a.deb', Size: '1', SHA256: hash }
  const wrong = {
    "it: '' is not the name of a package": { Package: '' },
    "it: '../a' is not the name of a package": { Package: '../a' },
    "it: '1 2' of a is no version: the character ' ' has no place in it": { Package: 'a', Version: '1 2' },
    "it: '' of a is not an architecture": { Package: 'a', Architecture: '' },
    "it: '../x' of a is not an architecture": { Package: 'a', Architecture: '../x' },
    "it: Depends: the '(' has no ')'": { Package: 'a', Depends: 'b (>= 1' },
    'it: Filename is not a path within the archive': { Package: 'a', ...file, Filename: 'pool/../../a' },
    'it: Size is not a number': { Package: 'a', ...file, Size: '-1' },
    'it: SHA256 is missing or is no such hash': { Package: 'a', ...file, SHA256: '' },
  }
  for (const [message, fields] of Object.entries(wrong)) {
    test(`refuses a record: ${message}`, () => {
      assert.throws(() => parsePackageRecord(packageText(fields), 'it'), { code: 'bad-control-data', message })
    })
  }

  for (const path of ['/etc/passwd', '..', 'a b', 'a\u0007', 'ü']) {
    test(`refuses the path '${path}'`, () => {
      const text = packageText({ Package: 'a', ...file, Filename: path })
      assert.throws(() => parsePackageRecord(text, 'it'), { code: 'bad-control-data' })
    })
  }

  test('refuses none and several at once', () => {
    const text = packageText({ Package: 'a' })
    assert.throws(() => parsePackageRecord('\n', 'it'), { message: 'it: there are 0 records, not one' })
    assert.throws(() => parsePackageRecord(`${text}\n${text}`, 'it'), { message: 'it: there are 2 records, not one' })
    assert.throws(() => parsePackageRecord(`${text}x`, 'it'), {
      message: "it, line 4: this line is no field: it has no ':'",
    })
  })
})

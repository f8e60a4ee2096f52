import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { debOf } from '../../../test/support/debian-archive.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { namedVulnerabilities, readChangelog } from './changelog.ts'

const changelog = `app (1.2-1+deb13u2) trixie-security; urgency=high

  * Fix CVE-2026-10002, and CVE-2026-9003 (Closes: #1).

 -- Ada <ada@example.org>  Fri, 01 May 2026 08:00:00 +0000

app (1.2-1+deb13u1) trixie; urgency=medium

  * CVE-2025-4444: again
  * cve-2025-1 and CVE-20-12345 are none

 -- Ada <ada@example.org>  Wed, 01 Apr 2026 08:00:00 +0000

app (1.2-1) unstable; urgency=medium

  * CVE-2024-1111

 -- Ada <ada@example.org>  Sun, 01 Mar 2026 08:00:00 +0000
`

describe('namedVulnerabilities', () => {
  const named = (after: string, upTo: string): readonly string[] => namedVulnerabilities(changelog, after, upTo)

  test('are those of the entries in between, by year and number', () => {
    assert.deepEqual(named('1.2-1', '1.2-1+deb13u2'), ['CVE-2025-4444', 'CVE-2026-9003', 'CVE-2026-10002'])
    assert.deepEqual(named('1.2-1', '1.2-1+deb13u1'), ['CVE-2025-4444'])
    assert.deepEqual(named('1.0', '9'), ['CVE-2024-1111', 'CVE-2025-4444', 'CVE-2026-9003', 'CVE-2026-10002'])
  })

  test('are none where nothing is in between', () => {
    assert.deepEqual(named('1.2-1+deb13u2', '1.2-1+deb13u2'), [])
    assert.deepEqual(named('2', '3'), [])
    assert.deepEqual(namedVulnerabilities('CVE-2026-1111 before any entry\n', '0', '9'), [])
  })

  test('are found whatever stands in a changelog', () => {
    assert.deepEqual(namedVulnerabilities('app (no version) x; y\n CVE-2026-1111\n', '0', '9'), [])
  })
})

describe('readChangelog', () => {
  const read = async (files: Readonly<Record<string, Buffer | string>>): Promise<string | undefined> => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'app.deb')
    await writeFile(path, await debOf({ name: 'app', files }))
    return await readChangelog(path, 'app', createJob())
  }

  test('takes that of Debian before that of the program', async () => {
    const files = { 'changelog.gz': gzipSync('theirs'), 'changelog.Debian.gz': gzipSync(changelog) }
    const at = (name: keyof typeof files) => ({ [`./usr/share/doc/app/${name}`]: files[name] })
    assert.equal(await read({ ...at('changelog.gz'), ...at('changelog.Debian.gz') }), changelog)
    assert.equal(await read(at('changelog.gz')), 'theirs')
  })

  test('finds none where the documents are elsewhere', async () => {
    assert.equal(await read({ './usr/share/doc/other/changelog.gz': gzipSync('x') }), undefined)
  })
})

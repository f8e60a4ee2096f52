import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { writeRecord } from '../cache/cache-files.ts'
import type { LockedPackage } from '../locked-packages.ts'
import { contentsVersion } from '../packages/package-contents.ts'
import { describePackages } from './package-facts.ts'

const job = createJob()
const cacheIn = (folder: string) => ({ folder, scratchFolder: folder })

function locked(name: string, digit: string): LockedPackage {
  return {
    ...{ name, version: '1', architecture: 'amd64', suite: 'trixie', reason: 'asked for' },
    source: { name, version: '1' },
    file: { path: `pool/${name}.deb`, sizeBytes: 1, sha256: digit.repeat(64) },
  }
}

function contents(name: string, fields: string, copyright?: string, link?: string): unknown {
  const kept = copyright === undefined ? {} : { [`usr/share/doc/${name}/copyright`]: btoa(copyright) }
  const numbers = { mode: 0o777, uid: 0, gid: 0, sizeBytes: 0, modifiedSeconds: 0, sha256: '' }
  const entry = { path: `usr/share/doc/${name}`, kind: 'symbolic-link', linkTarget: link, ...numbers }
  const control = `Package: ${name}\nVersion: 1\nArchitecture: amd64\n${fields}`
  return {
    version: contentsVersion,
    control,
    md5sums: '',
    alternatives: [],
    entries: link === undefined ? [] : [entry],
    kept,
  }
}

const expat = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n'

describe('describePackages', () => {
  test('tells what packages say of themselves, by name, and what they need of the image', async () => {
    await using folder = await temporaryDirectory()
    const [app, base] = [locked('app', 'a'), locked('base', 'b')]
    const fields = 'Maintainer: Ada <ada@example.org>\nHomepage: https://example.org\n'
    const description = 'Description: an app\n of some use\n'
    const depends = 'Depends: lib (>= 1) | other, missing | virtual, app\n'
    await writeRecord(join(folder.path, `contents/${app.file.sha256}.json`), contents('app', fields + depends + description, undefined, 'base')) // prettier-ignore
    await writeRecord(join(folder.path, `contents/${base.file.sha256}.json`), contents('base', 'Provides: virtual, lib (= 2)\n', expat)) // prettier-ignore
    const described = await describePackages([base, app], cacheIn(folder.path), job)
    assert.deepEqual(described, [
      {
        locked: app,
        ...{ summary: 'an app', homepage: 'https://example.org', maintainer: 'Ada <ada@example.org>' },
        licenses: ['Expat'],
        dependsOn: ['base'],
      },
      {
        locked: base,
        summary: undefined,
        homepage: undefined,
        maintainer: undefined,
        licenses: ['Expat'],
        dependsOn: [],
      },
    ])
    // What was found out is kept, and says the same without what it was made of.
    await writeRecord(join(folder.path, `contents/${app.file.sha256}.json`), {})
    assert.deepEqual(await describePackages([base, app], cacheIn(folder.path), job), described)
  })

  test('fails where the cache has lost what the build knew', async () => {
    await using folder = await temporaryDirectory()
    await assert.rejects(describePackages([locked('app', 'a')], cacheIn(folder.path), job), { code: 'cache-unusable' })
  })
})

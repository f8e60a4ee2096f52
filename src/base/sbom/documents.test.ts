import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { publicSecurityArchive } from '../../debian/public-archive.ts'
import { cycloneDxDocument } from './cyclonedx-document.ts'
import type { DescribedImage } from './described-image.ts'
import { distributionOf } from './package-url.ts'
import { spdxDocument } from './spdx-document.ts'

const file = { path: 'pool/main/a/app/app_1.deb', sizeBytes: 1, sha256: 'f'.repeat(64) }
const plain = { version: '1:2~rc+1-3', architecture: 'amd64', suite: 'trixie-security', file, reason: 'asked for' }

const image: DescribedImage = {
  name: 'my-app',
  digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
  architecture: 'amd64',
  dateMs: Date.UTC(2026, 4, 1),
  distribution: distributionOf('trixie'),
  packages: [
    {
      locked: { ...plain, name: 'libstdc++6', source: { name: 'gcc-14', version: '14' } },
      ...{ summary: 'a "library"', homepage: 'https://example.org/', maintainer: 'Ada <ada@example.org>' },
      licenses: ['GPL-3+ with GCC exception', 'Expat'],
      dependsOn: [],
    },
    {
      locked: { ...plain, name: 'app', source: { name: 'app', version: '1:2~rc+1-3' } },
      ...{ summary: undefined, homepage: undefined, maintainer: undefined, licenses: undefined },
      dependsOn: ['libstdc++6'],
    },
  ],
}

/** The schemas that come with the library of CycloneDX models. */
async function cycloneDxSchema() {
  const folder = new URL('../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url)
  const read = async (name: string) =>
    JSON.parse(await readFile(new URL(`${name}.SNAPSHOT.schema.json`, folder), 'utf8'))
  const ajv = new Ajv({ strict: false })
  formats.default(ajv)
  for (const name of ['iri-reference', 'idn-email']) ajv.addFormat(name, true)
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(await read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  }
  return ajv.compile(await read('bom-1.6'))
}

describe('the CycloneDX document', () => {
  test('fits the schema of 1.6', async () => {
    const fits = await cycloneDxSchema()
    const text = String(Buffer.from(cycloneDxDocument(image)))
    assert.ok(fits(JSON.parse(text)), JSON.stringify(fits.errors))
    assert.equal(fits(JSON.parse(text.replace('urn:uuid:', 'urn:'))), false)
  })

  test('tells of each package, of what it needs, and of the system', () => {
    const document = JSON.parse(String(Buffer.from(cycloneDxDocument(image))))
    assert.equal(document.serialNumber, 'urn:uuid:01234567-89ab-8def-8123-456789abcdef')
    assert.equal(document.metadata.timestamp, '2026-05-01T00:00:00.000Z')
    assert.equal(document.metadata.component.version, image.digest)
    const [system, app, library] = document.components
    assert.deepEqual([system.type, system.name, system.version], ['operating-system', 'debian', '13'])
    assert.equal(app.purl, 'pkg:deb/debian/app@1:2~rc%2B1-3?arch=amd64&distro=debian-13')
    assert.deepEqual(library.licenses, [{ expression: 'LicenseRef-libstdc-6-GPL-3-with-GCC-exception AND MIT' }])
    assert.deepEqual(library.hashes, [{ alg: 'SHA-256', content: file.sha256 }])
    const needs = document.dependencies.find((each: { ref: string }) => each.ref === app['bom-ref'])
    assert.deepEqual(needs.dependsOn, [library['bom-ref']])
  })
})

describe('the SPDX document', () => {
  const document = JSON.parse(String(Buffer.from(spdxDocument(image))))

  test('tells of each package with its source, licence and hash', () => {
    const [container, system, library, app, ...sources] = document.packages
    assert.equal(container.checksums[0].checksumValue, '0123456789abcdef'.repeat(4))
    assert.deepEqual([system.name, system.versionInfo], ['debian', '13'])
    assert.equal(library.SPDXID, 'SPDXRef-package-libstdc.2b..2b.6')
    assert.equal(library.licenseDeclared, 'LicenseRef-libstdc-6-GPL-3-with-GCC-exception AND MIT')
    assert.equal(library.sourceInfo, 'built package from: gcc-14 14')
    assert.equal(app.licenseDeclared, 'NOASSERTION')
    assert.equal(app.downloadLocation, `${publicSecurityArchive}pool/main/a/app/app_1.deb`)
    assert.deepEqual(app.checksums, [{ algorithm: 'SHA256', checksumValue: file.sha256 }])
    assert.deepEqual(
      sources.map(({ name }: { name: string }) => name),
      ['gcc-14', 'app'],
    )
    assert.deepEqual(
      document.hasExtractedLicensingInfos.map(({ name }: { name: string }) => name),
      ['GPL-3+ with GCC exception'],
    )
  })

  test('refers only to what it has, and to each by one name', () => {
    const ids: readonly string[] = document.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID)
    assert.equal(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/)
    for (const { spdxElementId, relatedSpdxElement } of document.relationships) {
      assert.ok([...ids, 'SPDXRef-DOCUMENT'].includes(spdxElementId), spdxElementId)
      assert.ok(ids.includes(relatedSpdxElement), relatedSpdxElement)
    }
    const needs = document.relationships.filter((each: { relationshipType: string }) => each.relationshipType === 'DEPENDS_ON') // prettier-ignore
    assert.equal(needs.length, 1)
  })
})

test('the same image has the same documents', () => {
  assert.deepEqual(spdxDocument(image), spdxDocument(structuredClone(image)))
  assert.deepEqual(cycloneDxDocument(image), cycloneDxDocument(structuredClone(image)))
})

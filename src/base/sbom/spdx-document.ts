import { publicArchive, publicSecurityArchive } from '../../debian/public-archive.ts'
import { digestHex } from '../../image/digest.ts'
import type { DescribedImage } from './described-image.ts'
import { licenseExpression, type UnlistedLicense } from './license-names.ts'
import type { DescribedPackage } from './package-facts.ts'
import { imageUrl, packageUrl, type Distribution } from './package-url.ts'

/*
 * The parts of SPDX 2.3 that are written, in the names and order of its JSON schema. Fields that are optional in the schema
 * and always written here are not optional.
 */

interface SpdxDocument {
  readonly spdxVersion: 'SPDX-2.3'
  readonly dataLicense: 'CC0-1.0'
  readonly SPDXID: 'SPDXRef-DOCUMENT'
  readonly name: string
  readonly documentNamespace: string
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] }
  readonly packages: readonly SpdxPackage[]
  readonly hasExtractedLicensingInfos?: readonly ExtractedLicense[]
  readonly relationships: readonly SpdxRelationship[]
}

interface SpdxPackage {
  readonly SPDXID: string
  readonly name: string
  readonly versionInfo: string
  readonly primaryPackagePurpose: 'CONTAINER' | 'OPERATING-SYSTEM' | 'LIBRARY' | 'SOURCE'
  readonly supplier: string
  readonly downloadLocation: string
  readonly filesAnalyzed: false
  readonly checksums?: readonly { readonly algorithm: 'SHA256'; readonly checksumValue: string }[]
  readonly homepage?: string
  readonly sourceInfo?: string
  readonly licenseConcluded: string
  readonly licenseDeclared: string
  readonly copyrightText: string
  readonly summary?: string
  readonly externalRefs?: readonly SpdxReference[]
}

interface SpdxReference {
  readonly referenceCategory: 'PACKAGE-MANAGER'
  readonly referenceType: 'purl'
  readonly referenceLocator: string
}

interface ExtractedLicense {
  readonly licenseId: string
  readonly name: string
  readonly extractedText: string
}

interface SpdxRelationship {
  readonly spdxElementId: string
  readonly relationshipType: 'DESCRIBES' | 'CONTAINS' | 'DEPENDS_ON' | 'GENERATED_FROM'
  readonly relatedSpdxElement: string
}

const unknown = 'NOASSERTION'
const imageId = 'SPDXRef-image'
const systemId = 'SPDXRef-operating-system'

/** The bill of materials of an image in SPDX 2.3, as JSON. The same image gives the same bytes. */
export function spdxDocument(image: DescribedImage): Uint8Array {
  const licenses = new Map(image.packages.map((each) => [each, licenseExpression(each.licenses ?? [], nameOf(each))]))
  const unlisted = [...licenses].flatMap(([each, license]) => (license?.unlisted ?? []).map(extracted(each)))
  const sources = new Map(image.packages.map(({ locked }) => [sourceId(locked.source), locked.source]))
  const document: SpdxDocument = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: image.name,
    documentNamespace: `https://spdx.org/spdxdocs/wherry-${digestHex(image.digest)}`,
    creationInfo: {
      created: `${new Date(image.dateMs).toISOString().slice(0, 19)}Z`,
      creators: ['Tool: wherry'],
    },
    packages: [
      imagePackage(image),
      systemPackage(image.distribution),
      ...image.packages.map((each) => binaryPackage(each, image.distribution, licenses.get(each)?.expression)),
      ...[...sources].map(([id, source]) => sourcePackage(id, source, image.distribution)),
    ],
    ...(unlisted.length === 0 ? {} : { hasExtractedLicensingInfos: unlisted }),
    relationships: relationshipsOf(image),
  }
  return Buffer.from(`${JSON.stringify(document, undefined, 1)}\n`)
}

function imagePackage({ name, digest, architecture }: DescribedImage): SpdxPackage {
  return {
    ...plainPackage(imageId, name, digest, 'CONTAINER'),
    checksums: [{ algorithm: 'SHA256', checksumValue: digestHex(digest) }],
    externalRefs: [purl(imageUrl(name, digest, architecture))],
  }
}

function systemPackage({ isDebian, version }: Distribution): SpdxPackage {
  return plainPackage(systemId, isDebian ? 'debian' : 'linux', version, 'OPERATING-SYSTEM', isDebian)
}

function binaryPackage(
  { locked, homepage, summary }: DescribedPackage,
  distribution: Distribution,
  license = unknown,
): SpdxPackage {
  const { name, version, source, file, suite } = locked
  return {
    ...plainPackage(binaryId(name), name, version, 'LIBRARY', distribution.isDebian),
    downloadLocation: distribution.isDebian ? poolUrl(suite, file.path) : unknown,
    checksums: [{ algorithm: 'SHA256', checksumValue: file.sha256 }],
    ...(homepage === undefined ? {} : { homepage }),
    sourceInfo: `built package from: ${source.name} ${source.version}`,
    licenseDeclared: license,
    ...(summary === undefined ? {} : { summary }),
    externalRefs: [purl(packageUrl(locked, distribution))],
  }
}

function sourcePackage(
  id: string,
  source: DescribedPackage['locked']['source'],
  distribution: Distribution,
): SpdxPackage {
  const { name, version } = source
  return {
    ...plainPackage(id, name, version, 'SOURCE', distribution.isDebian),
    externalRefs: [purl(packageUrl({ name, version, architecture: 'source', source }, distribution))],
  }
}

function plainPackage(
  id: string,
  name: string,
  version: string,
  purpose: SpdxPackage['primaryPackagePurpose'],
  isDebian = false,
): SpdxPackage {
  return {
    ...{ SPDXID: id, name, versionInfo: version, primaryPackagePurpose: purpose },
    supplier: isDebian ? 'Organization: Debian' : unknown,
    ...{ downloadLocation: unknown, filesAnalyzed: false },
    ...{ licenseConcluded: unknown, licenseDeclared: unknown, copyrightText: unknown },
  }
}

function relationshipsOf({ packages }: DescribedImage): readonly SpdxRelationship[] {
  const relate = (
    spdxElementId: string,
    relationshipType: SpdxRelationship['relationshipType'],
    relatedSpdxElement: string,
  ): SpdxRelationship => ({ spdxElementId, relationshipType, relatedSpdxElement })
  return [
    relate('SPDXRef-DOCUMENT', 'DESCRIBES', imageId),
    relate(imageId, 'CONTAINS', systemId),
    ...packages.map((each) => relate(imageId, 'CONTAINS', binaryId(nameOf(each)))),
    ...packages.flatMap((each) =>
      each.dependsOn.map((other) => relate(binaryId(nameOf(each)), 'DEPENDS_ON', binaryId(other))),
    ),
    ...packages.map((each) => relate(binaryId(nameOf(each)), 'GENERATED_FROM', sourceId(each.locked.source))),
  ]
}

function nameOf({ locked }: DescribedPackage): string {
  return locked.name
}

/** SPDX 2.3, 7.2: letters, digits, `.` and `-`. Debian's names have `+` too, and versions `~` and `:`. */
function binaryId(name: string): string {
  return `SPDXRef-package-${idWords(name)}`
}

function sourceId({ name, version }: DescribedPackage['locked']['source']): string {
  return `SPDXRef-source-${idWords(`${name}-${version}`)}`
}

/** No two texts give the same: `-` is left alone, and all else that may not stand there is its number between dots. */
function idWords(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]/g, (character) => `.${character.charCodeAt(0).toString(16)}.`)
}

function extracted({ locked }: DescribedPackage): (license: UnlistedLicense) => ExtractedLicense {
  return ({ id, name }) => ({
    licenseId: id,
    name,
    extractedText: `The text is in /usr/share/doc/${locked.name}/copyright of the image.`,
  })
}

function purl(locator: string): SpdxReference {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }
}

/** Where Debian itself has the package, wherever this one was fetched from. */
function poolUrl(suite: string, path: string): string {
  const archive = /-security$|\/updates$/.test(suite) ? publicSecurityArchive : publicArchive
  return archive + path.split('/').map(encodeURIComponent).join('/')
}

import { ComponentType, ExternalReferenceType, HashAlgorithm } from '@cyclonedx/cyclonedx-library/Enums'
import {
  Bom,
  Component,
  ComponentRepository,
  ExternalReference,
  ExternalReferenceRepository,
  HashDictionary,
  LicenseExpression,
  LicenseRepository,
  Metadata,
  OrganizationalEntity,
  Property,
  PropertyRepository,
  Tools,
} from '@cyclonedx/cyclonedx-library/Models'
import { JSON as JsonFormat, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize'
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec'
import { digestHex } from '../../image/digest.ts'
import type { DescribedImage } from './described-image.ts'
import { licenseExpression } from './license-names.ts'
import type { DescribedPackage } from './package-facts.ts'
import { imageUrl, packageUrl, type Distribution } from './package-url.ts'

/** The bill of materials of an image in CycloneDX 1.6, as JSON. The same image gives the same bytes. */
export function cycloneDxDocument(image: DescribedImage): Uint8Array {
  const { name, digest, architecture, dateMs, distribution, packages } = image
  const url = imageUrl(name, digest, architecture)
  const subject = new Component(ComponentType.Container, name, { bomRef: url, version: digest, purl: url })
  const byName = new Map(packages.map((each) => [each.locked.name, component(each, distribution)]))
  for (const each of packages) {
    const own = byName.get(each.locked.name)
    if (own === undefined) continue
    subject.dependencies.add(own.bomRef)
    for (const other of each.dependsOn) {
      const target = byName.get(other)
      if (target !== undefined) own.dependencies.add(target.bomRef)
    }
  }
  const tool = new Component(ComponentType.Application, 'wherry')
  const bom = new Bom({
    serialNumber: serialNumber(image),
    metadata: new Metadata({
      timestamp: new Date(dateMs),
      tools: new Tools({ components: new ComponentRepository([tool]) }),
      component: subject,
    }),
    components: new ComponentRepository([systemComponent(distribution), ...byName.values()]),
  })
  const serializer = new JsonSerializer(new JsonFormat.Normalize.Factory(Spec1dot6))
  return Buffer.from(`${serializer.serialize(bom, { sortLists: true, space: 1 })}\n`)
}

function systemComponent({ isDebian, version }: Distribution): Component {
  const name = isDebian ? 'debian' : 'linux'
  return new Component(ComponentType.OperatingSystem, name, { bomRef: `operating-system:${name}`, version })
}

function component(each: DescribedPackage, distribution: Distribution): Component {
  const { locked, summary, homepage, maintainer } = each
  const { name, version, source, file } = locked
  const url = packageUrl(locked, distribution)
  const license = licenseExpression(each.licenses ?? [], name)
  return new Component(ComponentType.Library, name, {
    ...{ bomRef: url, version, purl: url },
    ...(summary === undefined ? {} : { description: summary }),
    ...(maintainer === undefined ? {} : { publisher: maintainer }),
    ...(distribution.isDebian ? { supplier: new OrganizationalEntity({ name: 'Debian' }) } : {}),
    hashes: new HashDictionary([[HashAlgorithm['SHA-256'], file.sha256]]),
    ...(license === undefined ? {} : { licenses: new LicenseRepository([new LicenseExpression(license.expression)]) }),
    ...(homepage === undefined
      ? {}
      : {
          externalReferences: new ExternalReferenceRepository([
            new ExternalReference(homepage, ExternalReferenceType.Website),
          ]),
        }),
    properties: new PropertyRepository([
      new Property('debian:source', source.name),
      new Property('debian:source-version', source.version),
      new Property('debian:suite', locked.suite),
    ]),
  })
}

/** A UUID of version 8 (RFC 9562, 5.8) that is made from the digest of the image: the same image has the same document. */
function serialNumber({ digest }: DescribedImage): string {
  const hex = digestHex(digest)
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`]
  return `urn:uuid:${groups.join('-')}-${hex.slice(20, 32)}`
}

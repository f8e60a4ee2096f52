import type { FileTree } from '../../filetree/file-tree.ts'
import { digestHex, digestOf } from '../../image/digest.ts'
import { formatPlatform } from '../../image/platform.ts'
import { readSystemName, type SystemName } from '../../scan/system-name.ts'
import type { Job } from '../../std/job.ts'
import type { SbomOptions } from '../attestation-options.ts'
import type { BuiltImage } from '../built-image.ts'
import { encodeConfig } from '../image/encode-config.ts'
import { predicateTypes, type Attestation } from './attestation.ts'
import { installedPackages, type InstalledPackage } from './installed-packages.ts'

const unknown = 'NOASSERTION'
const imageId = 'SPDXRef-image'
const systemId = 'SPDXRef-operating-system'

/**
 * The packages of an image as an SPDX 2.3 document. It is as old as the image and has a name made from its config, so that
 * one image has one document.
 *
 * It knows what dpkg and apk have noted. It does not look for packages of languages, for RPM's, or for programs that were
 * copied in.
 */
export async function sbomOf(image: BuiltImage, tree: FileTree, options: SbomOptions, job: Job): Promise<Attestation> {
  const system = await readSystemName(tree)
  const packages = await installedPackages(tree, system, job)
  return {
    predicateType: predicateTypes.spdx,
    predicate: documentOf(image, system, packages),
    fileName: options.fileName,
    inlineOnly: options.inlineOnly,
  }
}

function documentOf(image: BuiltImage, system: SystemName | undefined, packages: readonly InstalledPackage[]): object {
  const configDigest = digestOf(encodeConfig(image.config))
  const items = packages.map((each, number) => ({ id: `SPDXRef-package-${number + 1}`, each }))
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `image for ${formatPlatform(image.platform)}`,
    documentNamespace: `https://spdx.org/spdxdocs/wherry-build-${digestHex(configDigest)}`,
    creationInfo: {
      created: `${new Date(image.dateSeconds * 1000).toISOString().slice(0, 19)}Z`,
      creators: ['Tool: wherry'],
    },
    packages: [
      { ...plainPackage(imageId, 'image', configDigest), primaryPackagePurpose: 'CONTAINER' },
      ...(system === undefined
        ? []
        : [{ ...plainPackage(systemId, system.id, system.version), primaryPackagePurpose: 'OPERATING-SYSTEM' }]),
      ...items.map(({ id, each }) => packageEntry(id, each)),
    ],
    relationships: [
      relation('SPDXRef-DOCUMENT', 'DESCRIBES', imageId),
      ...(system === undefined ? [] : [relation(imageId, 'CONTAINS', systemId)]),
      ...items.map(({ id }) => relation(imageId, 'CONTAINS', id)),
    ],
  }
}

function packageEntry(id: string, each: InstalledPackage): object {
  return {
    ...plainPackage(id, each.name, each.version),
    supplier: each.supplier ?? unknown,
    ...(each.homepage === undefined ? {} : { homepage: each.homepage }),
    ...(each.sourceInfo === undefined ? {} : { sourceInfo: each.sourceInfo }),
    ...(each.summary === undefined ? {} : { summary: each.summary }),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: each.url }],
  }
}

function plainPackage(id: string, name: string, version: string): object {
  return {
    SPDXID: id,
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    ...{ supplier: unknown, downloadLocation: unknown, filesAnalyzed: false },
    ...{ licenseConcluded: unknown, licenseDeclared: unknown, copyrightText: unknown },
  }
}

function relation(from: string, type: 'DESCRIBES' | 'CONTAINS', to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to }
}

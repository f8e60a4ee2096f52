import { debianPackageUrl, encodePackageUrlPart } from '../../debian/package-url.ts'
import { parseSuite, releaseNumber } from '../../debian/suites.ts'
import { digestHex, type Digest } from '../../image/digest.ts'
import type { LockedPackage } from '../locked-packages.ts'

/** What the packages are of: `debian` and `13`, or a suite that is not Debian's. */
export interface Distribution {
  readonly isDebian: boolean
  /** `13`, or the name of a suite that has no number. */
  readonly version: string
}

/** Which one a suite belongs to. */
export function distributionOf(suite: string): Distribution {
  const { base, isDebian } = parseSuite(suite)
  return { isDebian, version: releaseNumber(base) ?? base }
}

/** The package URL of a package of an image: see {@link debianPackageUrl}. */
export function packageUrl(
  locked: Pick<LockedPackage, 'name' | 'version' | 'architecture' | 'source'>,
  { isDebian, version }: Distribution,
): string {
  return debianPackageUrl(locked, isDebian ? 'debian' : undefined, version)
}

/** The package URL of an image (purl-spec, type oci). */
export function imageUrl(name: string, digest: Digest, architecture: string): string {
  const encoded = encodePackageUrlPart
  return `pkg:oci/${encoded(name.toLowerCase())}@sha256:${digestHex(digest)}?arch=${encoded(architecture)}`
}

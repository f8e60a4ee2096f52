/** A binary or source package, as its URL names it. */
export interface NamedPackage {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly source: { readonly name: string; readonly version: string }
}

/**
 * The package URL of a Debian package (purl-spec, type deb). `upstream` is how scanners that read package URLs alone find the
 * source package, which vulnerabilities are told of; it is left out where it says nothing new.
 *
 * @param vendor `debian`, `ubuntu`; undefined where nobody knows whose package it is.
 * @param release `13`, `24.04`
 */
export function debianPackageUrl(
  { name, version, architecture, source }: NamedPackage,
  vendor: string | undefined,
  release: string,
): string {
  const isSame = source.name === name && source.version === version
  const upstream = source.version === version ? source.name : `${source.name}@${source.version}`
  const qualifiers = [
    `arch=${encodePackageUrlPart(architecture)}`,
    ...(vendor === undefined || release === '' ? [] : [`distro=${encodePackageUrlPart(`${vendor}-${release}`)}`]),
    ...(isSame ? [] : [`upstream=${encodePackageUrlPart(upstream)}`]),
  ]
  const namespace = vendor === undefined ? '' : `${encodePackageUrlPart(vendor)}/`
  return `pkg:deb/${namespace}${encodePackageUrlPart(name)}@${encodePackageUrlPart(version)}?${qualifiers.join('&')}`
}

/** purl-spec, "Rules for each purl component": a colon stays, and all else that is no letter, digit, `.`, `-`, `_` or `~` does not. */
export function encodePackageUrlPart(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

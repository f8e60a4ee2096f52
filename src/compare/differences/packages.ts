import type { ImagePackage } from '../../scan/image-package.ts'

/** A package that only one image has, or both in other versions. */
export interface PackageChange {
  readonly type: ImagePackage['type']
  readonly name: string
  /** Undefined where the image does not have it; several versions, which Node's packages may have, are joined by a comma. */
  readonly before: string | undefined
  readonly after: string | undefined
  /** As package URLs. */
  readonly purls: { readonly before: readonly string[]; readonly after: readonly string[] }
}

/** Compares packages by name; sorted by type and name. Qualifiers of purls do not count. */
export function diffPackages(
  before: readonly ImagePackage[],
  after: readonly ImagePackage[],
): readonly PackageChange[] {
  const [old, current] = [byName(before), byName(after)]
  const keys = [...new Set([...old.keys(), ...current.keys()])].toSorted()
  return keys.flatMap((key) => {
    const [one, other] = [old.get(key) ?? [], current.get(key) ?? []]
    const [any] = [...one, ...other]
    const [versions, newVersions] = [versionsOf(one), versionsOf(other)]
    if (any === undefined || versions === newVersions) return []
    const purls = { before: one.map(({ purl }) => purl), after: other.map(({ purl }) => purl) }
    return [{ type: any.type, name: any.name, before: versions, after: newVersions, purls }]
  })
}

function byName(packages: readonly ImagePackage[]): ReadonlyMap<string, readonly ImagePackage[]> {
  return Map.groupBy(packages, ({ type, name }) => `${type} ${name}`)
}

function versionsOf(packages: readonly ImagePackage[]): string | undefined {
  const versions = [...new Set(packages.map(({ version }) => version))].toSorted()
  return versions.length === 0 ? undefined : versions.join(', ')
}

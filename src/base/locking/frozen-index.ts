import type { PackageIndex } from '../../debian/package-index.ts'
import type { PackageRecord } from '../../debian/package-record.ts'

/** Packages that are there already, by name. */
export type FixedPackages = ReadonlyMap<string, { readonly version: string; readonly architecture: string }>

/**
 * An index in which packages that lower layers have are as they are there: in that version only, and with all that they need.
 * What a lower recipe left out on purpose is not asked for again.
 */
export function frozenIndex(index: PackageIndex, fixed: FixedPackages): PackageIndex {
  if (fixed.size === 0) return index
  const freeze = (records: readonly PackageRecord[]): readonly PackageRecord[] =>
    records.flatMap((record) => {
      const known = fixed.get(record.name)
      if (known === undefined) return [record]
      const isSame = known.version === record.version && known.architecture === record.architecture
      return isSame ? [withoutNeeds(record)] : []
    })
  return {
    title: index.title,
    packageCount: index.packageCount,
    packages: (name) => freeze(index.packages(name)),
    providers: (name) => freeze(index.providers(name)),
    packageNames: () => index.packageNames(),
    essentialPackages: () => index.essentialPackages(),
    packagesOfPriority: (priority) => index.packagesOfPriority(priority),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function withoutNeeds(record: PackageRecord): PackageRecord {
  return { ...record, relations: { ...record.relations, depends: [], preDepends: [], recommends: [] } }
}

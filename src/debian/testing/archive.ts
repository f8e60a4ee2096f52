import { appliesTo, satisfiesConstraint, type PackageRelation } from '../dependency.ts'
import { createPackageIndex } from '../package-index.ts'
import type { PackageRecord } from '../package-record.ts'
import { parsePackageRequest, type PackageRequest } from '../package-request.ts'
import type { PackageSource } from '../package-source.ts'
import { createJob } from '../../std/job.ts'

/** The fields of a package that a test cares for. */
export type PackageFields = Readonly<Record<string, string>> & { readonly Package: string }

/** A record of a Packages file; what is not told is as usual. */
export function packageText(fields: PackageFields): string {
  const all = { Version: '1', Architecture: 'amd64', ...fields }
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

/** A source of these packages. */
export async function sourceOf(
  packages: readonly PackageFields[],
  { name = 'stable', priority = 500 }: { readonly name?: string; readonly priority?: number } = {},
): Promise<PackageSource> {
  const index = await createPackageIndex(packages.map(packageText).join('\n'), name, createJob())
  return { index, names: [name], priority }
}

/** Requests by their texts. */
export function requestsFor(...texts: readonly string[]): readonly PackageRequest[] {
  return texts.map((text) => {
    const { request, problem } = parsePackageRequest(text)
    if (request === undefined) throw new Error(`${text}: ${problem.message}`)
    return request
  })
}

/**
 * What is wrong with a set of packages of one architecture, found by looking at every relation with every package: empty
 * when the set can be installed as it is.
 */
export function problemsOf(packages: readonly PackageRecord[]): readonly string[] {
  const problems: string[] = []
  for (const one of packages) {
    const { depends, preDepends, conflicts, breaks } = one.relations
    for (const group of [...depends, ...preDepends]) {
      const relations = group.filter((relation) => appliesTo(relation, one.architecture))
      const isMet = relations.some((relation) => packages.some((other) => matches(relation, other)))
      if (relations.length > 0 && !isMet)
        problems.push(`${one.name} misses ${relations.map(({ name }) => name).join()}`)
    }
    for (const relation of [...conflicts, ...breaks]) {
      const hit = packages.find((other) => other.name !== one.name && matches(relation, other))
      if (hit !== undefined) problems.push(`${one.name} is not for ${hit.name}`)
    }
    const twin = packages.find((other) => other !== one && other.name === one.name)
    if (twin !== undefined) problems.push(`${one.name} is there twice`)
  }
  return problems
}

function matches({ name, constraint }: PackageRelation, other: PackageRecord): boolean {
  if (other.name === name && satisfiesConstraint(other.version, constraint)) return true
  return other.relations.provides.some(
    (provided) =>
      provided.name === name &&
      (constraint === undefined ||
        (provided.constraint !== undefined && satisfiesConstraint(provided.constraint.version, constraint))),
  )
}

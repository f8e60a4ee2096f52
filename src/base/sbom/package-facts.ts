import { join, posix } from 'node:path'
import { array, literal, optional, strictObject, string, type InferOutput } from 'valibot'
import { fieldValue, readDeb822 } from '../../debian/deb822.ts'
import { parsePackageRecord } from '../../debian/package-record.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import type { Job } from '../../std/job.ts'
import { readRecord, writeRecord, type CacheFolders } from '../cache/cache-files.ts'
import { BaseError } from '../errors.ts'
import type { LockedPackage } from '../locked-packages.ts'
import { packageContentsSchema, type PackageContents } from '../packages/package-contents.ts'
import { licenseSynopses } from './copyright-file.ts'

/** Raised with the meaning of anything here. */
const factsVersion = 1

/** What documents tell of a package, beside what a lock has. */
const factsSchema = strictObject({
  version: literal(factsVersion),
  /** One line. */
  summary: optional(string()),
  homepage: optional(string()),
  maintainer: optional(string()),
  /** The first lines of the License fields; undefined where they are written for people only. */
  licenses: optional(array(string())),
  /** The package whose copyright file counts, where the folder of its own documents is a link to that one's. */
  documentsOf: optional(string()),
  /** Each a list of packages of which one is needed. */
  depends: array(array(string())),
  provides: array(string()),
})

type PackageFacts = InferOutput<typeof factsSchema>

/** A package of an image, with all that documents tell of it. */
export interface DescribedPackage extends Omit<PackageFacts, 'version' | 'depends' | 'provides' | 'documentsOf'> {
  readonly locked: LockedPackage
  /** The names of the packages of the image that it depends on. */
  readonly dependsOn: readonly string[]
}

const recordsAtOnce = 8

/**
 * Describes the packages of an image that was built just now, in the order of their names.
 *
 * @param cache of the build.
 * @throws BaseError `cache-unusable`
 */
export async function describePackages(
  packages: readonly LockedPackage[],
  cache: CacheFolders,
  job: Job,
): Promise<readonly DescribedPackage[]> {
  const facts = new Map<string, PackageFacts>()
  await forEachConcurrently(packages, recordsAtOnce, job, async ({ name, file }) => {
    facts.set(name, await factsOf(name, file.sha256, cache))
  })
  const providers = new Map<string, string>()
  for (const [name, { provides }] of facts) for (const each of provides) providers.set(each, name)
  for (const name of facts.keys()) providers.set(name, name)
  return packages
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map((locked) => described(locked, facts, providers))
}

function described(
  locked: LockedPackage,
  facts: ReadonlyMap<string, PackageFacts>,
  providers: ReadonlyMap<string, string>,
): DescribedPackage {
  const own = facts.get(locked.name)
  const documents = facts.get(own?.documentsOf ?? locked.name)
  const dependsOn = (own?.depends ?? []).flatMap((alternatives) => {
    const met = alternatives.find((each) => providers.has(each))
    return met === undefined ? [] : (providers.get(met) ?? [])
  })
  return {
    locked,
    summary: own?.summary,
    homepage: own?.homepage,
    maintainer: own?.maintainer,
    licenses: documents?.licenses,
    dependsOn: [...new Set(dependsOn)].filter((each) => each !== locked.name).toSorted(),
  }
}

async function factsOf(name: string, sha256: string, cache: CacheFolders): Promise<PackageFacts> {
  const path = join(cache.folder, 'facts', `${sha256}.json`)
  const known = await readRecord(path, factsSchema)
  if (known !== undefined) return known
  const contents = await readRecord(join(cache.folder, 'contents', `${sha256}.json`), packageContentsSchema)
  if (contents === undefined) {
    throw new BaseError('cache-unusable', `what the cache had of ${name} went while the image was described`, {
      hint: 'Build it once more.',
    })
  }
  const facts = readFacts(name, contents)
  await writeRecord(path, facts, cache.scratchFolder)
  return facts
}

/** What a package says of itself. */
function readFacts(
  name: string,
  {
    control,
    entries,
    kept,
  }: Pick<PackageContents, 'control' | 'kept'> & {
    readonly entries: readonly Pick<PackageContents['entries'][number], 'path' | 'kind' | 'linkTarget'>[]
  },
): PackageFacts {
  const { relations } = parsePackageRecord(control, `the control file of ${name}`)
  const [stanza] = readDeb822(control, `the control file of ${name}`)
  const field = (key: string): string | undefined => (stanza === undefined ? undefined : fieldValue(stanza, key))
  const copyright = kept[`usr/share/doc/${name}/copyright`]
  const link = entries.find(({ path, kind }) => path === `usr/share/doc/${name}` && kind === 'symbolic-link')
  const groups = [...relations.preDepends, ...relations.depends]
  return {
    version: factsVersion,
    summary: field('description')?.split('\n')[0]?.trim(),
    homepage: field('homepage'),
    maintainer: field('maintainer'),
    licenses: copyright === undefined ? undefined : synopsesOf(Buffer.from(copyright, 'base64').toString('utf8')),
    documentsOf: link === undefined ? undefined : posix.basename(link.linkTarget),
    depends: groups.map((alternatives) => alternatives.map((each) => each.name)),
    provides: relations.provides.map((each) => each.name),
  }
}

function synopsesOf(text: string): string[] | undefined {
  const found = licenseSynopses(text)
  return found === undefined ? undefined : [...found]
}

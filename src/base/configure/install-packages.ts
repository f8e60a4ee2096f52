import type { Job } from '../../std/job.ts'
import { parsePackageRecord } from '../../debian/package-record.ts'
import { assert } from '../../std/assert.ts'
import type { LockedPackage } from '../locked-packages.ts'
import type { ReadPackage } from '../packages/read-package.ts'
import { packagesFolder, type RootSandbox } from './root-sandbox.ts'
import { runOrThrow } from './run-or-throw.ts'

/** What dpkg is to do. */
export interface InstallOptions {
  readonly sandbox: RootSandbox
  /** The name of the recipe, for messages. */
  readonly recipe: string
  /** In the order of the resolver. */
  readonly packages: readonly LockedPackage[]
  readonly read: ReadonlyMap<string, ReadPackage>
  /** Whether the root was made by putting the files of these packages there, and nothing is configured yet. */
  readonly isFirst: boolean
  /** Whether the recipe leaves out what its packages depend on. */
  readonly isIncomplete: boolean
}

/** The name of a package's file among those that the sandbox sees. */
export function debName({ name, version, architecture }: LockedPackage): string {
  return `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`
}

/**
 * Has dpkg unpack and configure packages, with all their scripts.
 *
 * The first ones come in the order of debootstrap: base-passwd makes the users that others give files to, base-files what else
 * there is. Later, what others pre-depend on is configured before they are unpacked.
 *
 * @throws BaseError `script-failed`, `not-possible-here`
 */
export async function installPackages(options: InstallOptions, job: Job): Promise<void> {
  const { packages, isFirst } = options
  const early = isFirst ? ['base-passwd', 'base-files'] : []
  for (const name of early) {
    const batch = packages.filter((each) => each.name === name)
    if (batch.length > 0) await dpkg(['--force-depends', '--install', ...paths(batch)], options, job)
  }
  const others = packages.filter(({ name }) => !early.includes(name))
  const force = isFirst || options.isIncomplete ? ['--force-depends'] : []
  const configure = options.isIncomplete ? ['--force-depends'] : []
  for (const batch of isFirst ? [others] : batchesOf(others, options.read)) {
    if (batch.length > 0) await dpkg([...force, '--unpack', ...paths(batch)], options, job)
    await dpkg([...configure, '--configure', '--pending'], options, job)
  }
}

function paths(packages: readonly LockedPackage[]): readonly string[] {
  return packages.map((each) => `${packagesFolder}/${debName(each)}`)
}

/** Each batch is configured before the next is unpacked. */
function batchesOf(
  packages: readonly LockedPackage[],
  read: ReadonlyMap<string, ReadPackage>,
): readonly (readonly LockedPackage[])[] {
  let batch: LockedPackage[] = []
  const batches = [batch]
  for (const each of packages) {
    const contents = read.get(each.file.sha256)?.contents
    assert(contents !== undefined, `${each.name} was read`)
    const { relations } = parsePackageRecord(contents.control, `the control file of ${each.name}`)
    const needed = new Set(relations.preDepends.flat().map(({ name }) => name))
    if (batch.some(({ name }) => needed.has(name))) batches.push((batch = []))
    batch.push(each)
  }
  return batches
}

async function dpkg(words: readonly string[], { sandbox, recipe }: InstallOptions, job: Job): Promise<void> {
  const options = ['--force-confdef', '--force-confold', '--force-unsafe-io']
  const what = (output: string): string => {
    const failed = failedPackages(output)
    return `recipe ${recipe}: ${failed.length === 0 ? 'dpkg failed' : `${failed.join(', ')} could not be installed`}`
  }
  await runOrThrow(sandbox, ['dpkg', ...options, ...words], what, job)
}

/** As dpkg names them: `dpkg: error processing package NAME (--configure):`, or `… archive PATH (--unpack):`. */
export function failedPackages(output: string): readonly string[] {
  const found = output.matchAll(/^dpkg: error processing (?:package|archive) (?:\S*\/)?([a-z0-9+.-]+)/gm)
  return [...new Set([...found].map(([, name = '']) => name))]
}

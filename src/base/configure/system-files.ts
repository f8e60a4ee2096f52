import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { publicArchive, publicSecurityArchive } from '../../debian/public-archive.ts'
import { parseSuite, pocketFolder } from '../../debian/suites.ts'
import type { RecipeLink } from '../recipe.ts'
import type { MadeFile } from '../tree/placed.ts'
import { directory, textFile } from '../provide/provider.ts'

/**
 * What has to be there before dpkg runs. It stays in the image, so that packages which are installed later are treated the same:
 * no service is started, and what the recipe leaves out stays out.
 */
export function filesBeforeUnpacking(link: RecipeLink, number: number): readonly MadeFile[] {
  const excludes = dpkgExcludes(link.recipe.exclude?.paths ?? [])
  const name = `wherry-${number}-${link.name.replaceAll(/[^\w-]/g, '-')}`
  return [
    ...(number === 0
      ? [
          ...manualSections.map((section) => directory(`usr/share/man/man${section}`)),
          textFile(
            'usr/sbin/policy-rc.d',
            '#!/bin/sh\n# No service is started when its package is installed.\nexit 101\n',
            0o755,
          ),
          textFile(
            'etc/dpkg/dpkg.cfg.d/wherry',
            '# What a build makes is not synced to the disk file by file.\nforce-unsafe-io\n',
          ),
        ]
      : []),
    ...(excludes.length === 0 ? [] : [textFile(`etc/dpkg/dpkg.cfg.d/${name}`, `${excludes.join('\n')}\n`)]),
  ]
}

/** Packages such as OpenJDK have links to manual pages made there, and fail where the directories are left out. */
const manualSections: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/**
 * Patterns of a recipe as dpkg has them (dpkg(1), --path-exclude): the last one that matches decides there too, and a `*` stands
 * for slashes as well.
 */
export function dpkgExcludes(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const isException = pattern.startsWith('!')
    const path = `/${pattern
      .replace(/^!?\/*/, '')
      .replace(/\/+$/, '')
      .replaceAll('**', '*')}`
    const option = isException ? 'path-include' : 'path-exclude'
    return path.endsWith('/*') ? [`${option}=${path}`] : [`${option}=${path}`, `${option}=${path}/*`]
  })
}

/** For apt, where it is in the image: where packages come from, and that nothing of an installation is kept but its files. */
export async function aptFiles(
  root: string,
  suite: string,
  components: readonly string[],
): Promise<readonly MadeFile[]> {
  if (!(await isThere(join(root, 'usr/bin/apt-get')))) return []
  const cleaning = textFile('etc/apt/apt.conf.d/docker-clean', aptCleaning)
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const { base, isDebian, hasPockets } = parseSuite(suite)
  if (!isDebian || !(await isThere(join(root, keyring)))) return [cleaning]
  const rest = `Components: ${components.join(' ')}\nSigned-By: ${keyring}\n`
  const folders = hasPockets ? [base, pocketFolder(base, 'updates')] : [base]
  const main = `Types: deb\nURIs: ${withoutTls(publicArchive)}\nSuites: ${folders.join(' ')}\n${rest}`
  const security = `Types: deb\nURIs: ${withoutTls(publicSecurityArchive)}\nSuites: ${pocketFolder(base, 'security')}\n${rest}`
  const sources = hasPockets ? `${main}\n${security}` : main
  return [cleaning, textFile('etc/apt/sources.list.d/debian.sources', sources)]
}

/** The image has no certificates. apt trusts signatures, not connections. */
function withoutTls(address: string): string {
  return address.replace(/^https:/, 'http:').replace(/\/$/, '')
}

/** Under the name that it has in Docker's own images, which Dockerfiles delete where a cache keeps the packages. */
const aptCleaning = `# Packages are deleted when they are installed, and lists are kept compressed.
APT::Keep-Downloaded-Packages "false";
Binary::apt::APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
# A package that is only suggested keeps no other one.
APT::AutoRemove::SuggestsImportant "false";
`

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

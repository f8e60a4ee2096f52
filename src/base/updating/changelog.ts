import { decompress } from '../../archive/compression.ts'
import { openDeb } from '../../debian/deb-file.ts'
import { compareVersions, versionProblem } from '../../debian/version.ts'
import { readAll, TooManyBytesError } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'

/** The longest of Debian 12 and 13 has 3 MB. */
const changelogBytesMax = 32 * 1024 * 1024

/**
 * The changelog that a package has of its source (Debian Policy 4.4 and 12.7). Undefined where it has none of its own: its
 * documents may be in another package of the same source.
 *
 * @param deb is the path of the .deb file.
 * @throws DebianError `bad-package-file`
 */
export async function readChangelog(deb: string, name: string, job: Job): Promise<string | undefined> {
  const folder = `usr/share/doc/${name}/`
  // A package that Debian itself makes has no changelog.Debian beside changelog.
  const names = ['changelog.Debian.gz', 'changelog.gz'].map((file) => `${folder}${file}`)
  const found = new Map<string, string>()
  await using file = await openDeb(deb, job)
  for await (const { entry, body } of file.entries(job)) {
    if (entry.kind !== 'file' || !names.includes(entry.path)) continue
    try {
      const text = await readAll(decompress(body, 'gzip', job), changelogBytesMax)
      found.set(entry.path, Buffer.from(text).toString('utf8'))
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error
    }
    if (entry.path === names[0]) break
  }
  return names.map((path) => found.get(path)).find((text) => text !== undefined)
}

/**
 * The vulnerabilities that a changelog names (`CVE-2026-1234`) in the entries after one version up to another, sorted by year
 * and number.
 */
export function namedVulnerabilities(changelog: string, after: string, upTo: string): readonly string[] {
  const found = new Set<string>()
  let isWanted = false
  for (const line of changelog.split('\n')) {
    // deb-changelog(5): "package (version) distributions; metadata", at the beginning of a line.
    const version = /^[A-Za-z0-9][\w.+-]* \(([^()\s]+)\) /.exec(line)?.[1]
    if (version !== undefined) {
      const isVersion = versionProblem(version) === undefined
      isWanted = isVersion && compareVersions(version, after) > 0 && compareVersions(version, upTo) <= 0
    }
    if (!isWanted) continue
    for (const [id] of line.matchAll(/\bCVE-\d{4}-\d{4,}\b/g)) found.add(id)
  }
  return [...found].toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
}

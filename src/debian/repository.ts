import { defaultRetrySettings, type RetrySettings } from '../http/backoff.ts'
import { forEachConcurrently } from '../std/concurrency.ts'
import type { Job } from '../std/job.ts'
import { loadKeyring, type Keyring } from './keyring.ts'
import type { PackageFile } from './package-record.ts'
import type { Release } from './release.ts'
import { findSources, type ArchiveSource, type SourceOptions, type Sources } from './sources.ts'
import type { ArchiveAccess } from './transfer/archive-access.ts'
import { fetchFile } from './transfer/fetch-file.ts'
import { fetchRelease } from './transfer/fetch-release.ts'
import { createMirrorClient } from './transfer/mirror-client.ts'
import { createMirrorOrder } from './transfer/mirror-order.ts'
import { packageListsOf, type RepositoryList } from './transfer/package-lists.ts'

/** What packages are wanted from, and how they are fetched. */
export interface RepositoryOptions extends SourceOptions {
  /** Keeps what was fetched. It is made when it is not there, and may be used by several processes at once. */
  readonly cacheFolder: string
  /** Asks nobody: everything has to be in the cache. An index past its Valid-Until is used then, with a warning. */
  readonly isOffline?: boolean | undefined
  /** For how long an index that a mirror gave is used without asking again. By default it is asked each time. */
  readonly freshnessMs?: number | undefined
  readonly retry?: Partial<RetrySettings> | undefined
  /** How long a connection may take to be made. By default half a minute. */
  readonly connectTimeoutMs?: number | undefined
  /** How long a mirror may be silent while it is its turn. By default half a minute. */
  readonly idleTimeoutMs?: number | undefined
}

/** A package to fetch. */
export interface PackageRequest {
  readonly file: PackageFile
  /** Of the list that it is in; without it, all archives are asked in turn. */
  readonly suite?: string | undefined
}

/** The archives of a suite and its pockets. Disposing of it closes its connections. */
export interface Repository extends AsyncDisposable {
  readonly archives: readonly ArchiveSource[]

  /**
   * The verified indexes, one for each archive, in their order.
   *
   * @throws DebianError `unknown-key`, `bad-signature`, `expired-release`, `older-release`, `mirror-unreachable`, …
   */
  releases(job: Job): Promise<readonly Release[]>

  /**
   * The package lists of all archives and components. Nothing of them is fetched before one is opened.
   *
   * @throws as {@link releases}; DebianError `not-in-archive` for a component or an architecture that an archive has not.
   */
  packageLists(job: Job): Promise<readonly RepositoryList[]>

  /**
   * Fetches packages, some at a time, in order. Those that are in the cache are checked and not fetched.
   *
   * @returns the paths of the .deb files, which have the size and the hash that were asked for.
   * @throws DebianError `hash-mismatch`, `not-in-archive`, `not-in-cache`, `disk-full`, …; what was fetched until then is kept.
   */
  fetchPackages(packages: readonly PackageRequest[], job: Job): Promise<readonly string[]>
}

const defaultTimeoutMs = 30_000
/** A mirror that fails is not waited for long where there is another. */
const retryWithOthers = { attemptsMax: 3, delayMs: 200 }

/**
 * Finds the archives of a suite. Nobody is asked before something of them is wanted.
 *
 * @throws DebianError `bad-source`
 */
export async function openRepository(options: RepositoryOptions, job: Job): Promise<Repository> {
  const sources = await findSources(options, job)
  return new OpenRepository(options, sources)
}

class OpenRepository implements Repository {
  readonly archives: readonly ArchiveSource[]
  readonly #access: ArchiveAccess
  readonly #keyrings = new Map<string, Promise<Keyring>>()

  constructor(options: RepositoryOptions, { archives, environment }: Sources) {
    const hasOthers = archives.every(({ mirrors }) => mirrors.length > 1)
    this.archives = archives
    this.#access = {
      client: createMirrorClient({
        environment,
        retry: { ...defaultRetrySettings, ...(hasOthers ? retryWithOthers : {}), ...options.retry },
        connectTimeoutMs: options.connectTimeoutMs ?? defaultTimeoutMs,
        idleTimeoutMs: options.idleTimeoutMs ?? defaultTimeoutMs,
      }),
      cacheFolder: options.cacheFolder,
      isOffline: options.isOffline === true,
      freshnessMs: options.freshnessMs ?? 0,
      order: createMirrorOrder(),
    }
  }

  async releases(job: Job): Promise<readonly Release[]> {
    const found = new Map<ArchiveSource, Release>()
    await forEachConcurrently(this.archives, job.limits.transfersMax, job, async (archive, inner) => {
      found.set(archive, await this.#release(archive, inner))
    })
    return this.archives.flatMap((archive) => found.get(archive) ?? [])
  }

  async packageLists(job: Job): Promise<readonly RepositoryList[]> {
    const releases = await this.releases(job)
    return releases.flatMap((release, index) => {
      const archive = this.archives[index]
      return archive === undefined ? [] : packageListsOf(archive, release, this.#access)
    })
  }

  async fetchPackages(packages: readonly PackageRequest[], job: Job): Promise<readonly string[]> {
    const paths = new Map<string, string>()
    const bySum = new Map(packages.map((each) => [each.file.sha256, each]))
    await forEachConcurrently(bySum.values(), job.limits.transfersMax, job, async (each, inner) => {
      paths.set(each.file.sha256, await this.#fetchPackage(each, inner))
    })
    return packages.flatMap(({ file }) => paths.get(file.sha256) ?? [])
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#access.client.close()
    return Promise.resolve()
  }

  async #release(archive: ArchiveSource, job: Job): Promise<Release> {
    const key = JSON.stringify(archive.keyring)
    const loading = this.#keyrings.get(key) ?? loadKeyring(archive.keyring)
    this.#keyrings.set(key, loading)
    const keyring = await loading
    return await this.#access.order.first(archive.mirrors, job, (mirror) =>
      fetchRelease(mirror, archive, keyring, this.#access, job),
    )
  }

  async #fetchPackage({ file, suite }: PackageRequest, job: Job): Promise<string> {
    const archives = this.archives.filter((archive) => suite === undefined || archive.suite === suite)
    const name = file.path.slice(file.path.lastIndexOf('/') + 1)
    const mirrors = [...new Set(archives.flatMap((archive) => archive.mirrors))]
    const urlsAt = (mirror: string): readonly URL[] => [poolUrl(mirror, file.path)]
    const { sha256, sizeBytes } = file
    return await fetchFile({ sha256, sizeBytes, name }, mirrors, urlsAt, this.#access, job)
  }
}

/** Versions have characters that mean something in a URL. */
function poolUrl(mirror: string, path: string): URL {
  return new URL(
    path.split('/').map(encodeURIComponent).join('/').replaceAll('%2B', '+').replaceAll('%3A', ':'),
    mirror,
  )
}

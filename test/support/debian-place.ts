import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianErrorCode } from '../../src/debian/errors.ts'
import { openRepository, type PackageRequest, type Repository, type RepositoryOptions } from '../../src/debian/repository.ts' // prettier-ignore
import { readAll } from '../../src/std/bytes.ts'
import type { ProgressEvent } from '../../src/std/events.ts'
import { createJob, type Job } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { addSuite, debOf, poolPath, sha256, startMirror, type ArchiveFiles, type ArchivePackage, type TestMirror } from './debian-archive.ts' // prettier-ignore
import { makeSigningKey, type SigningKey } from './debian-signing.ts'

/** A key, the file with it, and two packages: what tests of repositories share, as making them takes time. */
export interface TestArchive extends AsyncDisposable {
  readonly key: SigningKey
  readonly keyring: string
  readonly small: ArchivePackage
  /** Of more than half a megabyte. */
  readonly large: ArchivePackage
}

export async function makeTestArchive(): Promise<TestArchive> {
  const folder = await temporaryDirectory()
  const key = await makeSigningKey()
  const keyring = join(folder.path, 'test.asc')
  await writeFile(keyring, key.armour)
  const small = { name: 'small', deb: await debOf({ name: 'small' }) }
  const large = { name: 'large', deb: Buffer.concat([await debOf({ name: 'large' }), Buffer.alloc(600_000, 'x')]) }
  return { key, keyring, small, large, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** An archive with its mirror, a cache, and what was told while they were used. */
export interface Place extends AsyncDisposable, Pick<TestArchive, 'key' | 'small' | 'large'> {
  readonly files: ArchiveFiles
  readonly mirror: TestMirror
  readonly cacheFolder: string
  readonly events: ProgressEvent[]
  readonly job: Job
  /** Does something with a repository that has the mirror as its only one, unless the options say otherwise. */
  use<Result>(work: (repository: Repository) => Promise<Result>, options?: Partial<RepositoryOptions>): Promise<Result>
}

/** A place of its own with the suite bookworm in it. Waiting takes no time. */
export async function makePlace({ key, keyring, small, large }: TestArchive): Promise<Place> {
  await using owned = new AsyncDisposableStack()
  const folder = owned.use(await temporaryDirectory())
  const files: ArchiveFiles = new Map()
  await addSuite(files, { suite: 'bookworm', key, packages: [small, large] })
  const mirror = owned.use(await startMirror(files))
  const events: ProgressEvent[] = []
  const job = createJob({
    emit: (event) => events.push(event),
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
  })
  const cacheFolder = join(folder.path, 'cache')
  const usual = {
    suite: 'bookworm',
    architecture: 'amd64',
    pockets: [],
    keyrings: [keyring],
    environment: {},
    cacheFolder,
  }
  const moved = owned.move()
  return {
    ...{ key, small, large, files, mirror, cacheFolder, events, job },
    async use(work, options) {
      const own = { mirrors: [mirror.address], retry: { attemptsMax: 2 } }
      await using repository = await openRepository({ ...usual, ...own, ...options }, job)
      return await work(repository)
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** What is asked for a package. */
export function requestOf(each: ArchivePackage): PackageRequest {
  return { file: { path: poolPath(each.name), sizeBytes: each.deb.length, sha256: sha256(each.deb) } }
}

/** All lists of a repository, one after the other. */
export async function listText(repository: Repository, job: Job): Promise<string> {
  const texts: string[] = []
  for (const list of await repository.packageLists(job))
    texts.push(String(Buffer.from(await readAll(list.open(job), 1e8))))
  return texts.join('')
}

/** Holds that work fails with this. */
export async function refused(work: Promise<unknown>, code: DebianErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Error && 'code' in error, String(error))
    assert.deepEqual([error.code, message.test(error.message)], [code, true], `${String(error.code)}: ${error.message}`)
    return true
  })
}

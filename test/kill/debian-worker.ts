/** What the kill tests kill: `node debian-worker.ts OPTIONS PACKAGES` fetches the lists and packages of a repository. */
import { array, looseObject, number, object, string, type InferOutput } from 'valibot'
import { openRepository, type PackageRequest } from '../../src/debian/repository.ts'
import { readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { parseJson } from '../../src/std/json.ts'

const optionsSchema = looseObject({ mirrors: array(string()), keyrings: array(string()), cacheFolder: string() })
const packagesSchema = array(object({ file: object({ path: string(), sizeBytes: number(), sha256: string() }) }))

type WorkerOptions = InferOutput<typeof optionsSchema>

/** How a worker is started with these. */
export function workerArguments(options: WorkerOptions, packages: readonly PackageRequest[]): readonly string[] {
  return [import.meta.filename, JSON.stringify(options), JSON.stringify(packages)]
}

if (import.meta.main) {
  const [options = '', packages = ''] = process.argv.slice(2)
  const job = createJob()
  const given = parseJson(Buffer.from(options), optionsSchema, 'the options')
  const usual = { suite: 'bookworm', architecture: 'amd64', pockets: [], environment: {} }
  await using repository = await openRepository({ ...usual, ...given }, job)
  for (const list of await repository.packageLists(job)) await readAll(list.open(job), 1e8)
  await repository.fetchPackages(parseJson(Buffer.from(packages), packagesSchema, 'the packages'), job)
}

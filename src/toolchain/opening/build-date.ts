import type { SourceTree } from '../../build/source-tree.ts'
import type { Job } from '../../std/job.ts'
import { badRequest } from '../errors.ts'
import { lastCommitSeconds } from './local-git.ts'

/** What the date of a build may come from. */
export interface DateSources {
  readonly buildArguments: ReadonlyMap<string, string>
  readonly commitSeconds: number | undefined
  readonly folder: string | undefined
  readonly tree: SourceTree | undefined
}

/**
 * The date of a build, in seconds since 1970: SOURCE_DATE_EPOCH of the build arguments, the last commit of the repository that the
 * context is or lies in, the newest file of the context, or now where there is nothing else. So two builds of the same files
 * have the same date.
 *
 * @throws ToolchainError `bad-request`
 */
export async function buildDate(
  { buildArguments, commitSeconds, folder, tree }: DateSources,
  job: Job,
): Promise<number> {
  const epoch = buildArguments.get('SOURCE_DATE_EPOCH') ?? ''
  if (epoch !== '') {
    if (/^\d{1,12}$/.test(epoch)) return Number(epoch)
    badRequest(`SOURCE_DATE_EPOCH ${JSON.stringify(epoch)} is no date`, 'It is a count of seconds since 1970.')
  }
  const committed = commitSeconds ?? (folder === undefined ? undefined : await lastCommitSeconds(folder))
  if (committed !== undefined) return committed
  const newest = tree === undefined ? undefined : await newestSeconds(tree, job)
  return newest ?? Math.floor(job.clock.now() / 1000)
}

async function newestSeconds(tree: SourceTree, job: Job): Promise<number | undefined> {
  const root = await tree.lookup('/', { followLast: true }, job)
  let newest: number | undefined
  const waiting = root === undefined ? [] : [root]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await tree.children(folder, job)) {
      if (entry.kind === 'directory') waiting.push(entry)
      else newest = Math.max(newest ?? 0, entry.modified.seconds)
    }
  }
  return newest
}

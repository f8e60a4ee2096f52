import type { ByteStream } from '../../std/bytes.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { DebianError } from '../errors.ts'
import type { ArchiveAccess } from './archive-access.ts'
import { openDownload } from './download.ts'
import { findInCache, putIntoCache, type CachedFile } from './file-cache.ts'

/**
 * Where a file of known hash is: in the cache, or fetched into it from the first mirror that has it at one of its addresses.
 *
 * @throws DebianError
 */
export async function fetchFile(
  file: CachedFile,
  mirrors: readonly string[],
  urlsAt: (mirror: string) => readonly URL[],
  access: ArchiveAccess,
  job: Job,
): Promise<string> {
  const { cacheFolder, client } = access
  const found = await findInCache(cacheFolder, file, job)
  if (found !== undefined) return found
  if (access.isOffline) {
    throw new DebianError('not-in-cache', `${file.name} is not in the cache, and nothing may be fetched`, {
      hint: 'Do the same once without --offline.',
    })
  }
  const id = `debian ${file.sha256}`
  job.emit({ type: 'task-started', id, title: file.name, totalBytes: file.sizeBytes })
  const onBytes = (bytes: number): void => job.emit({ type: 'task-progress', id, bytes })
  const openAt = (url: URL, offsetBytes: number): Promise<ByteStream> =>
    openDownload(client, url, file.sizeBytes, offsetBytes, job)
  try {
    const path = await access.order.first(mirrors, job, (mirror) =>
      firstThere(urlsAt(mirror), (url) =>
        putIntoCache(cacheFolder, file, (offsetBytes) => openAt(url, offsetBytes), onBytes, job),
      ),
    )
    job.emit({ type: 'task-done', id, outcome: 'downloaded' })
    return path
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
}

/** @throws DebianError `not-in-archive` if it is nowhere. */
async function firstThere(urls: readonly URL[], work: (url: URL) => Promise<string>): Promise<string> {
  for (const [index, url] of urls.entries()) {
    try {
      return await work(url)
    } catch (error) {
      const isMissing = error instanceof DebianError && error.code === 'not-in-archive'
      if (!isMissing || index + 1 === urls.length) throw error
    }
  }
  throw new DebianError('not-in-archive', 'there is no address')
}

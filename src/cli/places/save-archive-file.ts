import type { ContentSource } from '../../image/content.ts'
import type { CopyOptions } from '../../image/copy.ts'
import type { Platform } from '../../image/descriptor.ts'
import { hostPlatform } from '../../image/platform.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { archiveImages, type SavedImage } from '../../store/save-archive.ts'
import { writeFileFromStream } from '../../store/save-file.ts'

export interface ArchiveOptions {
  readonly format: 'docker-archive' | 'oci-archive'
  readonly platforms: CopyOptions['platforms']
}

/** Writes an archive of images to a file, which gets its name when it is whole. */
export async function saveArchiveFile(
  path: string,
  source: ContentSource,
  images: readonly SavedImage[],
  options: ArchiveOptions,
  job: Job,
): Promise<void> {
  await writeFileFromStream(path, archiveStream(path, source, images, options, job), job)
}

/** The bytes of an archive of images, reported as one task under `title`. */
export function archiveStream(
  title: string,
  source: ContentSource,
  images: readonly SavedImage[],
  { format, platforms }: ArchiveOptions,
  job: Job,
): ByteStream {
  const platform: Platform = platforms === 'all' ? hostPlatform() : platforms[0]
  return reported(archiveImages(source, images, { format, platform }, job), title, job)
}

async function* reported(stream: ByteStream, title: string, job: Job): AsyncGenerator<Uint8Array> {
  const id = `archive ${title}`
  job.emit({ type: 'task-started', id, title, totalBytes: undefined })
  let bytes = 0
  try {
    for await (const chunk of stream) {
      yield chunk
      bytes += chunk.length
      job.emit({ type: 'task-progress', id, bytes })
    }
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
  job.emit({ type: 'task-done', id, outcome: 'written' })
}

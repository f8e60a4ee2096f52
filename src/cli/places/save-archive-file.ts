import type { ContentSource } from '../../image/content.ts'
import type { CopyOptions } from '../../image/copy.ts'
import type { Platform } from '../../image/descriptor.ts'
import { hostPlatform } from '../../image/platform.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { writingTask } from '../../std/stream-task.ts'
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
  const archive = archiveImages(source, images, { format, platform }, job)
  return writingTask(archive, `archive ${title}`, title, job)
}

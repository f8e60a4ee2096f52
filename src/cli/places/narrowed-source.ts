import type { ContentSource } from '../../image/content.ts'
import { choosePlatforms, type CopyOptions } from '../../image/copy.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'

/** Content, and where in it to begin. */
export interface NarrowedSource {
  readonly source: ContentSource
  readonly descriptor: Descriptor
}

/**
 * A source as if it held only some platforms of an image. The index for several platforms is a new document, so the source
 * that is given back has it too.
 */
export async function narrowSource(
  source: ContentSource,
  root: Descriptor,
  platforms: CopyOptions['platforms'],
  job: Job,
): Promise<NarrowedSource> {
  const { descriptor, bytes } = await choosePlatforms(source, root, platforms, job)
  return {
    descriptor,
    source: {
      resolve: (reference, inner) => source.resolve(reference, inner),
      async open(wanted, inner, offsetBytes = 0) {
        if (wanted.digest === descriptor.digest) return byteStream(bytes.subarray(offsetBytes))
        return await source.open(wanted, inner, offsetBytes)
      },
    },
  }
}

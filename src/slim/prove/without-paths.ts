import { posix } from 'node:path'
import type { TarContent } from '../../archive/tar-entry.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import { digestOf } from '../../image/digest.ts'
import type { Layer } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { byteStream, readAll } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'

/** A whiteout is an empty file: this is what all of them take. */
const whiteoutBytes = 512

/**
 * The layers and one more, which deletes the paths: an image without them that nothing has to be built for.
 *
 * @param paths absolute; of a folder that goes with all that is in it, the folder alone.
 */
export async function layersWithout(
  layers: readonly Layer[],
  paths: readonly string[],
  job: Job,
): Promise<readonly Layer[]> {
  if (paths.length === 0) return layers
  const tar = await readAll(writeTar(paths.map(whiteout), job), (paths.length + 4) * 4 * whiteoutBytes)
  const digest = digestOf(tar)
  const descriptor = { mediaType: mediaTypes.ociLayer, digest, size: tar.length }
  return [...layers, { descriptor, diffId: digest, openTar: () => byteStream(tar) }]
}

/** A whiteout of the image specification (layer.md, "Whiteouts"). */
function whiteout(path: string): TarContent {
  const name = posix.join(posix.dirname(path), `.wh.${posix.basename(path)}`).slice(1)
  return {
    entry: {
      ...{ path: name, kind: 'file', mode: 0o644, uid: 0, gid: 0, userName: '', groupName: '', sizeBytes: 0 },
      ...{ modified: { seconds: 0, nanoseconds: 0 }, linkTarget: '', deviceMajor: 0, deviceMinor: 0 },
      ...{ xattrs: new Map<string, Uint8Array>(), sparse: undefined },
    },
    body: byteStream(new Uint8Array(0)),
  }
}

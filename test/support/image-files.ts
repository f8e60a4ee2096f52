import type { TarContent, TarEntry } from '../../src/archive/tar-entry.ts'
import { writeTar } from '../../src/archive/tar-writer.ts'
import { digestHex, digestOf } from '../../src/image/digest.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'

/** A file of a tar archive: its bytes, or where a link leads. */
export type TarFile = Uint8Array | string | { readonly symbolicLink: string } | { readonly hardLink: string }

/** A tar archive of the given files. Text stands for its bytes. */
export async function tarOf(files: Iterable<readonly [name: string, file: TarFile]>): Promise<Buffer> {
  const members = [...files].map(([path, file]) => memberOf(path, file))
  return Buffer.from(await readAll(writeTar(members, createJob()), 256 * 1024 * 1024))
}

function memberOf(path: string, file: TarFile): TarContent {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file instanceof Uint8Array ? file : new Uint8Array()
  const entry: TarEntry = {
    path,
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    userName: '',
    groupName: '',
    sizeBytes: bytes.length,
    modified: { seconds: 0, nanoseconds: 0 },
    linkTarget: '',
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    sparse: undefined,
  }
  if (typeof file === 'object' && 'symbolicLink' in file) {
    return { entry: { ...entry, kind: 'symbolic-link', linkTarget: file.symbolicLink }, body: byteStream() }
  }
  if (typeof file === 'object' && 'hardLink' in file) {
    return { entry: { ...entry, kind: 'hard-link', linkTarget: file.hardLink }, body: byteStream() }
  }
  return { entry, body: byteStream(bytes) }
}

/** The parts of a docker-archive with one image. */
export interface DockerImage {
  readonly configName: string
  readonly config: Buffer
  readonly layers: readonly Uint8Array[]
}

/** An image whose layers are these tars. `more` is put into the config. */
export function dockerImageOf(layers: readonly Uint8Array[], more: object = {}): DockerImage {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
      ...more,
    }),
  )
  return { configName: `${digestHex(digestOf(config))}.json`, config, layers }
}

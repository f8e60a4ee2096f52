import { decompress, type Compression } from '../../archive/compression.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { DebianError } from '../errors.ts'
import type { Release, ReleaseFile } from '../release.ts'
import type { ArchiveSource } from '../sources.ts'
import { suiteUrl, type ArchiveAccess } from './archive-access.ts'
import { fetchFile } from './fetch-file.ts'
import { readFileStream } from './read-file-stream.ts'

/** One Packages file, as `openPackageIndex` takes it. */
export interface RepositoryList {
  /** What messages call it: `bookworm-security/main amd64`. */
  readonly title: string
  /** The folder of `dists/` that it is of: `bookworm-security`. */
  readonly suite: string
  readonly component: string
  /** What its Release calls the suite: `bookworm-security`, `oldstable-security`. */
  readonly names: readonly string[]
  /** Of the plain text, as the signed Release promises it. */
  readonly sha256: string
  readonly sizeBytes: number
  /**
   * The plain text, decompressed from a file that was checked against the signed Release. Fetched when it is not in the cache.
   *
   * @throws DebianError while it is read.
   */
  open(job: Job): ByteStream
}

interface PackedList {
  readonly path: string
  readonly file: ReleaseFile
  readonly compression: Compression
}

/** In order of their size. */
const packings: readonly { readonly suffix: string; readonly compression: Compression }[] = [
  { suffix: '.xz', compression: 'xz' },
  { suffix: '.zst', compression: 'zstd' },
  { suffix: '.gz', compression: 'gzip' },
]

/**
 * The package lists of the components of an archive: of its architecture, and of `all` where that has one of its own.
 *
 * @throws DebianError `not-in-archive`
 */
export function packageListsOf(
  archive: ArchiveSource,
  release: Release,
  access: ArchiveAccess,
): readonly RepositoryList[] {
  const { suite, architecture } = archive
  if (!release.architectures.includes(architecture)) {
    const has = release.architectures.filter((each) => each !== 'all').join(', ')
    throw new DebianError('not-in-archive', `${suite} has no packages for ${architecture}: it has ${has}`, {
      hint: 'Architectures are written as Debian does: amd64 for x86-64, arm64 for 64-bit ARM.',
    })
  }
  const architectures = release.hasIndexForAll ? [architecture, 'all'] : [architecture]
  return archive.components.flatMap((component) =>
    architectures.map((each) => packageListOf(archive, release, `${component}/binary-${each}`, access)),
  )
}

function packageListOf(
  archive: ArchiveSource,
  release: Release,
  folder: string,
  access: ArchiveAccess,
): RepositoryList {
  const plain = release.files.get(`${folder}/Packages`)
  const title = `${archive.suite}/${folder.replace('/binary-', ' ')}`
  const packed = packings.flatMap(({ suffix, compression }) => {
    const path = `${folder}/Packages${suffix}`
    const file = release.files.get(path)
    return file === undefined ? [] : { path, file, compression }
  })[0]
  if (plain === undefined || packed === undefined) {
    const has = [...release.files.keys()].flatMap((path) => /^(.+)\/binary-[^/]+\/Packages$/.exec(path)?.[1] ?? [])
    const components = [...new Set(has)].join(', ')
    throw new DebianError('not-in-archive', `there is no package list ${title}: the components are ${components}`, {
      hint: 'The components of Debian are main, contrib, non-free-firmware and non-free.',
    })
  }
  return {
    title,
    suite: archive.suite,
    component: folder.replace(/\/binary-.*$/, ''),
    names: [...new Set([release.codename, release.suite, archive.suite])].filter((name) => name !== ''),
    ...plain,
    open: (job) => openList(archive, release, title, packed, access, job),
  }
}

/** By its hash first, as that does not change under our hands. */
async function* openList(
  archive: ArchiveSource,
  release: Release,
  title: string,
  packed: PackedList,
  access: ArchiveAccess,
  job: Job,
): AsyncGenerator<Uint8Array> {
  const { sha256, sizeBytes } = packed.file
  const folder = packed.path.slice(0, packed.path.lastIndexOf('/'))
  const paths = [...(release.isByHash ? [`${folder}/by-hash/SHA256/${sha256}`] : []), packed.path]
  const urlsAt = (mirror: string): readonly URL[] => paths.map((path) => new URL(path, suiteUrl(mirror, archive.suite)))
  const file = await fetchFile({ sha256, sizeBytes, name: title }, archive.mirrors, urlsAt, access, job)
  yield* decompress(readFileStream(file, job), packed.compression, job)
}

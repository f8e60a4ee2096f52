import { basename, join } from 'node:path'
import { openDeb } from '../../debian/deb-file.ts'
import type { TarMember } from '../../archive/tar-reader.ts'
import type { Job } from '../../std/job.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { readRecord, writeRecord, type CacheFolders } from '../cache/cache-files.ts'
import { BaseError } from '../errors.ts'
import { readAlternatives } from './alternatives.ts'
import { readElfLibrary } from './elf-library.ts'
import { contentsVersion, packageContentsSchema, type PackageContents, type PackageEntry } from './package-contents.ts'
import { SpoolWriter, type Spool } from './spool.ts'

/** A package, its contents known, and its files at hand if need be. */
export interface ReadPackage {
  readonly contents: PackageContents
  /** Its files, unpacked if they are not yet. */
  spool(job: Job): Promise<Spool>
}

/**
 * Reads what is in a package: from the cache, or by unpacking it.
 *
 * @param sha256 of the .deb.
 * @throws BaseError `cache-unusable`, `bad-package-content`; DebianError `bad-package-file`
 */
export async function readPackage(deb: string, sha256: string, folders: CacheFolders, job: Job): Promise<ReadPackage> {
  const record = join(folders.folder, 'contents', `${sha256}.json`)
  const known = await readRecord(record, packageContentsSchema)
  const spoolPath = join(folders.scratchFolder, sha256)
  if (known !== undefined) {
    let unpacking: Promise<Spool> | undefined
    return {
      contents: known,
      spool: (spoolJob) => (unpacking ??= unpack(deb, spoolPath, spoolJob).then(({ spool }) => spool)),
    }
  }
  const { contents, spool } = await unpack(deb, spoolPath, job)
  await writeRecord(record, contents, folders.scratchFolder)
  return { contents, spool: () => Promise.resolve(spool) }
}

async function unpack(
  deb: string,
  spoolPath: string,
  job: Job,
): Promise<{ readonly contents: PackageContents; readonly spool: Spool }> {
  await using file = await openDeb(deb, job)
  const writer = await SpoolWriter.create(spoolPath)
  try {
    const entries: PackageEntry[] = []
    const offsets: number[] = []
    const kept: Record<string, string> = {}
    for await (const member of file.entries(job)) {
      offsets.push(writer.sizeBytes)
      entries.push(await readEntry(member, writer, kept, deb))
    }
    await writer.flush()
    await addLibraries(entries, offsets, writer)
    const { text, files, scripts } = file.control
    const postinst = Buffer.from(scripts.get('postinst') ?? []).toString('utf8')
    const md5sums = Buffer.from(files.get('md5sums') ?? []).toString('utf8')
    const contents: PackageContents = {
      version: contentsVersion,
      control: text,
      md5sums,
      alternatives: [...readAlternatives(postinst)],
      entries,
      kept,
    }
    return { contents, spool: { path: spoolPath, offsets } }
  } finally {
    await writer.close()
  }
}

async function readEntry(
  { entry, body }: TarMember,
  writer: SpoolWriter,
  kept: Record<string, string>,
  deb: string,
): Promise<PackageEntry> {
  const { path, kind, mode, uid, gid, sizeBytes, modified, linkTarget } = entry
  if (entry.sparse !== undefined) {
    throw new BaseError('bad-package-content', `${basename(deb)}: ${path} is a sparse file, which is not read`)
  }
  const modifiedSeconds = Math.max(0, modified.seconds)
  const plain = { path, kind, mode, uid, gid, sizeBytes, modifiedSeconds, linkTarget, sha256: '' }
  if (kind !== 'file') return plain
  const hash = cryptoModule().createHash('sha256')
  const chunks: Uint8Array[] | undefined = sizeBytes <= keptBytesMax && isKept(path) ? [] : undefined
  for await (const chunk of body) {
    hash.update(chunk)
    await writer.write(chunk)
    chunks?.push(chunk)
  }
  if (chunks !== undefined) kept[path] = Buffer.concat(chunks).toString('base64')
  return { ...plain, sha256: hash.digest('hex') }
}

/** Files that something is made of: see `provide/`. */
const keptBytesMax = 256 * 1024
const keptPatterns: readonly RegExp[] = [
  /^usr\/share\/ca-certificates\/.+\.crt$/,
  /^usr\/local\/share\/ca-certificates\/.+\.crt$/,
  /^etc\/ld\.so\.conf(?:\.d\/[^/]+\.conf)?$/,
  /^usr\/lib\/os-release$/,
  /^usr\/share\/doc\/[^/]+\/copyright$/,
]

function isKept(path: string): boolean {
  return keptPatterns.some((pattern) => pattern.test(path))
}

async function addLibraries(entries: PackageEntry[], offsets: readonly number[], writer: SpoolWriter): Promise<void> {
  for (const [index, { path, kind, sizeBytes }] of entries.entries()) {
    // As ldconfig chooses the files that it looks into.
    if (kind !== 'file' || !/\/(?:lib|ld-)[^/]*\.so(?:\.[^/]*)?$/.test(path)) continue
    const start = offsets[index] ?? 0
    const library = await readElfLibrary(
      (at, length) => writer.read(start + at, Math.max(0, Math.min(length, sizeBytes - at))),
      sizeBytes,
    )
    const entry = entries[index]
    if (library === undefined || entry === undefined) continue
    entries[index] = { ...entry, library: { name: library.soname ?? basename(path), flags: library.flags } }
  }
}

import { open, type FileHandle } from 'node:fs/promises'
import { decompress, type Compression } from '../archive/compression.ts'
import { ArchiveError } from '../archive/errors.ts'
import { readTar, type TarMember } from '../archive/tar-reader.ts'
import { readAll, TooManyBytesError, type ByteStream } from '../std/bytes.ts'
import { errorMessage } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { ArError, readArMembers, type ArMember } from './deb/ar-members.ts'
import { entryInside } from './deb/entry-inside.ts'
import { parseConffiles, parseMd5Sums, type Conffile } from './deb/control-lists.ts'
import { readDeb822, type Stanza } from './deb822.ts'
import { DebianError } from './errors.ts'
import { readHandle } from './transfer/read-file-stream.ts'

/** The programs of a package that dpkg runs (Debian Policy, chapter 6). */
export type MaintainerScript = 'preinst' | 'postinst' | 'prerm' | 'postrm' | 'config'

/** What a package says of itself, beside its files. All of it is in memory. */
export interface DebControl {
  /** The fields of the file `control`. */
  readonly stanza: Stanza
  /** The file `control` as it is. */
  readonly text: string
  /** Configuration files, which an administrator may change. */
  readonly conffiles: readonly Conffile[]
  /** By path without a slash at its beginning: MD5 of the files, where the package has a list of them. */
  readonly md5Sums: ReadonlyMap<string, string>
  readonly scripts: ReadonlyMap<MaintainerScript, Uint8Array>
  /** Every file of the control part by its name: the ones above, `triggers`, `shlibs`, `templates`, … */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** An open .deb file. */
export interface DebFile extends AsyncDisposable {
  readonly control: DebControl

  /**
   * The files of the package, in order. Paths, and the targets of hard links, are without `./` at their beginning and without a
   * slash at their end, and lead nowhere out of the package; the folder of the package itself is left out. Bodies are read as
   * those of `readTar`. It may be called again, and then begins anew.
   *
   * @throws DebianError `bad-package-file`; ArchiveError
   */
  entries(job: Job): AsyncGenerator<TarMember>
}

/** The control part of Debian's largest has 3 MB, most of it a list of sums. */
const controlBytesMax = 64 * 1024 * 1024
const scriptNames: readonly MaintainerScript[] = ['preinst', 'postinst', 'prerm', 'postrm', 'config']

/** What may follow `control.tar` and `data.tar`. */
const compressions: ReadonlyMap<string, Compression> = new Map([
  ['', 'none'],
  ['.gz', 'gzip'],
  ['.xz', 'xz'],
  ['.zst', 'zstd'],
  ['.bz2', 'bzip2'],
])

/**
 * Opens a .deb file of format 2 (deb(5)) and reads its control part.
 *
 * @throws DebianError `bad-package-file` for what is no such file, is damaged, or uses a compression that is not read (lzma, which
 * Debian 7 and older had); system errors as they come.
 */
export async function openDeb(path: string, job: Job): Promise<DebFile> {
  await using owned = new AsyncDisposableStack()
  const handle = owned.use(await open(path))
  const { controlPart, dataPart } = await checked(path, () => findParts(handle, job))
  const control = await checked(path, async () => {
    const members = readTar(unpack(handle, controlPart, job), job)
    return await readControl(members, path)
  })
  const moved = owned.move()
  return {
    control,
    entries: (entriesJob) => readEntries(path, unpack(handle, dataPart, entriesJob), entriesJob),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** A part of the package: a member with its compression. */
interface Part extends ArMember {
  readonly compression: Compression
}

async function findParts(handle: FileHandle, job: Job): Promise<{ controlPart: Part; dataPart: Part }> {
  const readAt = async (offsetBytes: number, lengthBytes: number): Promise<Uint8Array> => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offsetBytes)
    return buffer.subarray(0, bytesRead)
  }
  job.signal.throwIfAborted()
  const members = await readArMembers(readAt, (await handle.stat()).size)
  const [first, ...others] = members
  if (first?.name !== 'debian-binary') throw new ArError('it does not begin with debian-binary')
  const version = Buffer.from(await readAt(first.startBytes, Math.min(first.sizeBytes, 32))).toString('latin1')
  if (!/^2\.\d+\n/.test(version)) throw new ArError(`its format is ${JSON.stringify(version.trim())}, and not 2.0`)
  // Members whose name begins with an underscore are for other programs.
  const [control, data, ...more] = others.filter(({ name }) => !name.startsWith('_'))
  const extra = more[0]
  if (extra !== undefined) throw new ArError(`nobody knows its member ${extra.name}`)
  return { controlPart: partOf(control, 'control.tar'), dataPart: partOf(data, 'data.tar') }
}

function partOf(member: ArMember | undefined, stem: string): Part {
  if (member?.name.startsWith(stem) !== true) throw new ArError(`it has no ${stem} where that should be`)
  const suffix = member.name.slice(stem.length)
  const compression = compressions.get(suffix)
  if (compression !== undefined) return { ...member, compression }
  throw new ArError(`its ${member.name} is compressed in a way that is not read: only gzip, xz, zstd and bzip2 are`)
}

function unpack(handle: FileHandle, part: Part, job: Job): ByteStream {
  const bytes = readHandle(handle, part.startBytes, part.startBytes + part.sizeBytes, job)
  return decompress(bytes, part.compression, job)
}

async function readControl(members: AsyncIterable<TarMember>, path: string): Promise<DebControl> {
  const files = new Map<string, Uint8Array>()
  let leftBytes = controlBytesMax
  for await (const { entry, body } of members) {
    const name = entry.path.replace(/^(?:\.\/+)+/, '')
    if (entry.kind !== 'file' || name === '') continue
    if (!/^[\w+.-]+$/.test(name) || files.has(name)) throw new ArError(`its control part has an odd file ${entry.path}`)
    const bytes = await readAll(body, leftBytes)
    leftBytes -= bytes.length
    files.set(name, bytes)
  }
  const text = textOf(files, 'control')
  if (text === undefined) throw new ArError('its control part has no file control')
  const stanzas = readDeb822(text, `control of ${path}`)
  const [stanza] = stanzas
  if (stanza === undefined || stanzas.length > 1) throw new ArError('its control has not one paragraph')
  return {
    stanza,
    text,
    conffiles: parseConffiles(textOf(files, 'conffiles') ?? ''),
    md5Sums: parseMd5Sums(textOf(files, 'md5sums') ?? ''),
    scripts: new Map(scriptNames.flatMap((name) => scriptOf(files, name))),
    files,
  }
}

function scriptOf(
  files: ReadonlyMap<string, Uint8Array>,
  name: MaintainerScript,
): readonly (readonly [MaintainerScript, Uint8Array])[] {
  const bytes = files.get(name)
  return bytes === undefined ? [] : [[name, bytes]]
}

function textOf(files: ReadonlyMap<string, Uint8Array>, name: string): string | undefined {
  const bytes = files.get(name)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
}

async function* readEntries(path: string, tar: ByteStream, job: Job): AsyncGenerator<TarMember> {
  let count = 0
  for await (const member of readTar(tar, job)) {
    count += 1
    if (count > job.limits.layerEntriesMax) {
      throw new ArchiveError('archive-too-large', `${path} has more than ${job.limits.layerEntriesMax} entries`)
    }
    const entry = entryInside(member.entry)
    if (entry === undefined) throw badFile(path, `its entry ${JSON.stringify(member.entry.path)} leads out of it`)
    if (entry.path !== '') yield { ...member, entry }
  }
}

/** Says which file it was. */
async function checked<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ArError) throw badFile(path, error.message)
    if (error instanceof TooManyBytesError)
      throw badFile(path, `its control part has more than ${controlBytesMax} bytes`)
    const isArchive = error instanceof ArchiveError
    if (!isArchive && !(error instanceof DebianError)) throw error
    throw badFile(path, `its control part cannot be read: ${errorMessage(error)}`, error)
  }
}

function badFile(path: string, why: string, cause?: unknown): DebianError {
  return new DebianError('bad-package-file', `${path} is no package that can be read: ${why}`, {
    cause,
    hint: 'It may be damaged, or made for another system. Fetch it again.',
  })
}

import type { FileHandle } from 'node:fs/promises'
import { posix } from 'node:path'
import { TarParser } from '../../archive/tar-parser.ts'
import type { TarEntry } from '../../archive/tar-entry.ts'
import type { Job } from '../../std/job.ts'
import { atPath, StoreError } from '../errors.ts'
import { readFrom } from '../layout/files.ts'
import type { FileSet } from './file-set.ts'

/** An image archive has a few files for each layer; this many are no image any more. */
const entriesMax = 100_000
/** Links to links to links. */
const linkHopsMax = 8

type IndexedFile =
  | { readonly kind: 'file'; readonly offsetBytes: number; readonly sizeBytes: number }
  /** The name that it leads to, from the root of the archive. */
  | { readonly kind: 'link'; readonly target: string }

/**
 * The files of an uncompressed tar archive, read where they lie in it. Nothing is unpacked: names and links in the archive
 * are only ever looked up among its own names, so they cannot lead anywhere else.
 *
 * @param title what people know the archive by.
 * @throws ArchiveError when it is no sound tar; StoreError `bad-archive` for two files of one name
 */
export async function openTarFiles(handle: FileHandle, title: string, job: Job): Promise<FileSet> {
  const index = await indexTar(handle, title, job)
  const find = (name: string): (IndexedFile & { kind: 'file' }) | undefined => {
    let found = index.get(cleanName(name) ?? '')
    for (let hops = 0; found?.kind === 'link' && hops < linkHopsMax; hops += 1) found = index.get(found.target)
    return found?.kind === 'file' ? found : undefined
  }
  return {
    title,
    sizeOf: async (name) => find(name)?.sizeBytes,
    async *open(name, inner, offsetBytes = 0) {
      const file = find(name)
      if (file === undefined) throw new StoreError('bad-archive', `${title}: ${name} is not in it`)
      const end = file.offsetBytes + file.sizeBytes
      yield* readFrom(handle, title, file.offsetBytes + offsetBytes, inner, end)
    },
  }
}

/** Where a name leads from the root of the archive, or undefined when that is outside. */
function cleanName(name: string): string | undefined {
  const clean = posix.normalize(name).replace(/\/$/, '')
  return clean.startsWith('/') || clean === '..' || clean.startsWith('../') ? undefined : clean
}

const chunkBytes = 64 * 1024
const zeros = new Uint8Array(1024 * 1024)

/** Reads the headers only: over what lies between them, the parser is led with zeros. */
async function indexTar(handle: FileHandle, title: string, job: Job): Promise<ReadonlyMap<string, IndexedFile>> {
  const index = new Map<string, IndexedFile>()
  let dataEnd = 0
  const parser = new TarParser(
    {
      entry(entry, offsetBytes, sizeBytes) {
        dataEnd = offsetBytes + sizeBytes
        addEntry(index, entry, offsetBytes, title)
      },
      data: () => undefined,
      entryEnd: () => undefined,
    },
    { ...job.limits, layerEntriesMax: entriesMax },
  )
  const { size } = await atPath(title, () => handle.stat())
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (let position = 0; position < size;) {
    job.signal.throwIfAborted()
    const { bytesRead } = await atPath(title, () => handle.read(buffer, 0, buffer.length, position))
    if (bytesRead === 0) break
    parser.push(buffer.subarray(0, bytesRead))
    position += bytesRead
    for (const end = Math.min(dataEnd, size); position < end;) {
      const length = Math.min(zeros.length, end - position)
      parser.push(zeros.subarray(0, length))
      position += length
    }
  }
  parser.finish()
  return index
}

function addEntry(index: Map<string, IndexedFile>, entry: TarEntry, offsetBytes: number, title: string): void {
  const name = cleanName(entry.path)
  if (name === undefined) return
  const file = indexed(entry, name, offsetBytes, title)
  if (file === undefined) return
  if (index.has(name)) {
    throw new StoreError('bad-archive', `${title}: ${JSON.stringify(name)} is in it twice`, {
      hint: 'Readers would not agree which of the two counts. Save the image again.',
    })
  }
  index.set(name, file)
}

function indexed(entry: TarEntry, name: string, offsetBytes: number, title: string): IndexedFile | undefined {
  if (entry.kind === 'hard-link' || entry.kind === 'symbolic-link') {
    const base = entry.kind === 'symbolic-link' ? posix.dirname(name) : ''
    const target = entry.linkTarget.startsWith('/') ? undefined : cleanName(posix.join(base, entry.linkTarget))
    return target === undefined ? undefined : { kind: 'link', target }
  }
  if (entry.kind !== 'file') return undefined
  if (entry.sparse !== undefined) {
    throw new StoreError('bad-archive', `${title}: ${JSON.stringify(name)} is stored with holes`, {
      hint: 'Pack the archive again without --sparse.',
    })
  }
  return { kind: 'file', offsetBytes, sizeBytes: entry.sizeBytes }
}

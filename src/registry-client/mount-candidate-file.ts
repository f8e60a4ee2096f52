import { readFile, writeFile } from 'node:fs/promises'
import { isDigest, type Digest } from '../image/digest.ts'
import { MemoryMountCandidates, type MountCandidates } from './mount-candidates.ts'
import { putFile } from '../std/put-file.ts'

/** A file over this size was not written by this program, and is not read. */
const fileBytesMax = 4 * 1024 * 1024

/** Mount candidates that are kept from one program to the next. */
export interface MountCandidateFile extends MountCandidates {
  /** Writes down what was added. That it cannot be written costs nothing but the memory, and is no error. */
  save(): Promise<void>
}

/**
 * Mount candidates in a file, one line a blob: `REGISTRY DIGEST REPOSITORY…`, the latest last. The file is read when the
 * first candidate is looked up, and when something new is saved.
 *
 * Of two programs that save at the very same moment, one may be forgotten. Damaged lines are passed over.
 */
export function mountCandidateFile(path: string): MountCandidateFile {
  /** What this program saw, which is later than anything in the file. */
  const news: (readonly [registry: string, repository: string, digests: readonly Digest[]])[] = []
  let reading: Promise<MemoryMountCandidates> | undefined
  return {
    async find(registry, digest) {
      reading ??= readCandidates(path, news)
      return (await reading).find(registry, digest)
    },
    add(registry, repository, digests) {
      news.push([registry, repository, digests])
      void reading?.then((known) => known.add(registry, repository, digests))
    },
    async save() {
      if (news.length === 0) return
      // Read again: another program may have added to it meanwhile.
      const text = formatCandidates(await readCandidates(path, news))
      if (text !== (await readText(path))) await replaceFile(path, text)
    },
  }
}

async function readCandidates(
  path: string,
  news: readonly (readonly [string, string, readonly Digest[]])[],
): Promise<MemoryMountCandidates> {
  const candidates = new MemoryMountCandidates()
  for (const line of (await readText(path)).split('\n')) {
    const [registry = '', digest = '', ...repositories] = line.split(' ')
    if (!isDigest(digest)) continue
    for (const repository of repositories.toReversed()) {
      if (isRepository(repository)) candidates.add(registry, repository, [digest])
    }
  }
  for (const [registry, repository, digests] of news) candidates.add(registry, repository, digests)
  return candidates
}

function isRepository(text: string): boolean {
  return text.length < 256 && /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(text)
}

function formatCandidates(candidates: MemoryMountCandidates): string {
  let text = ''
  for (const { registry, digest, repositories } of candidates.entries()) {
    text += `${registry} ${digest} ${repositories.join(' ')}\n`
  }
  return text
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    return bytes.length > fileBytesMax ? '' : bytes.toString()
  } catch {
    return ''
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  try {
    await putFile(path, (temporary) => writeFile(temporary, text))
  } catch {
    // The memory is all that is lost.
  }
}

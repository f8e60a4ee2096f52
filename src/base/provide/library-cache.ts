import { posix } from 'node:path'
import type { Provider } from './provider.ts'
import { contentOf, textFile, type LayerContext } from './provider.ts'

/** An entry of ldconfig's cache. */
export interface CachedLibrary {
  /** As programs ask for it. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  readonly flags: number
}

/** Where glibc looks without being told (its `slibdir` and `libdir`). */
const usualFolders = ['lib', 'usr/lib']

/** /etc/ld.so.cache, in each layer that adds libraries where the dynamic linker looks for them: as ldconfig(8) makes it. */
export const libraryCache: Provider = (context) => {
  if (!hasDynamicLinker(context)) return []
  const folders = new Map(libraryFolders(context).map((folder) => [context.tree.locateDirectory(folder), folder]))
  const found = new Map<string, CachedLibrary>()
  let isNew = false
  for (const [path, placed] of context.tree.files()) {
    const folder = folders.get(posix.dirname(path))
    if (folder === undefined || placed.from !== 'package' || placed.entry.library === undefined) continue
    const { name, flags } = placed.entry.library
    isNew ||= placed.layer === context.layer
    const own = `${posix.dirname(path)}/${name}`
    const file = context.tree.has(own) ? name : posix.basename(path)
    found.set(`${folder}/${name}`, { name, path: `/${folder}/${file}`, flags })
  }
  return isNew ? [textFile('etc/ld.so.cache', encodeLibraryCache([...found.values()]))] : []
}

function hasDynamicLinker({ tree }: LayerContext): boolean {
  return [...tree.files()].some(([path]) => /^usr\/lib\/[^/]+\/libc\.so\.6$/.test(path))
}

/** Those of /etc/ld.so.conf.d in the order of the files, then the usual ones. Each as it is written, by where it really is. */
function libraryFolders(context: LayerContext): readonly string[] {
  const configured: string[] = []
  for (const [path] of context.tree.files()) {
    if (!/^etc\/ld\.so\.conf\.d\/[^/]+\.conf$/.test(path)) continue
    const text = Buffer.from(contentOf(context, path) ?? []).toString('utf8')
    const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim())
    configured.push(...lines.filter((line) => line.startsWith('/')).map((line) => posix.normalize(line).slice(1)))
  }
  return [...configured, ...usualFolders].toReversed()
}

const magic = 'glibc-ld.so.cache1.1'
const headerBytes = 48
const entryBytes = 24
const littleEndianFlag = 2

/**
 * The bytes of a cache in the format of glibc 2.2 and newer (`sysdeps/generic/dl-cache.h`): a header, entries in descending order
 * of their names, and the texts that they point to. Little-endian.
 */
export function encodeLibraryCache(libraries: readonly CachedLibrary[]): Buffer {
  const sorted = libraries.toSorted((a, b) => compareLibraryNames(b.name, a.name) || b.flags - a.flags)
  const texts: Buffer[] = []
  let offset = headerBytes + entryBytes * sorted.length
  const addText = (text: string): number => {
    const bytes = Buffer.from(`${text}\0`)
    texts.push(bytes)
    offset += bytes.length
    return offset - bytes.length
  }
  const entries = sorted.map(({ name, path, flags }) => {
    const entry = Buffer.alloc(entryBytes)
    entry.writeInt32LE(flags, 0)
    entry.writeUInt32LE(addText(name), 4)
    entry.writeUInt32LE(addText(path), 8)
    return entry
  })
  const header = Buffer.alloc(headerBytes)
  header.write(magic, 0, 'latin1')
  header.writeUInt32LE(sorted.length, 20)
  header.writeUInt32LE(offset - headerBytes - entryBytes * sorted.length, 24)
  header.writeUInt8(littleEndianFlag, 28)
  return Buffer.concat([header, ...entries, ...texts])
}

/** As the dynamic linker compares names when it searches (`_dl_cache_libcmp`): numbers by value, and after all else. */
export function compareLibraryNames(a: string, b: string): number {
  let [atA, atB] = [0, 0]
  while (atA < a.length) {
    const [unitA, unitB] = [a.charCodeAt(atA), atB < b.length ? b.charCodeAt(atB) : 0]
    if (isDigit(unitA) && isDigit(unitB)) {
      const [numberA, numberB] = [/^\d+/.exec(a.slice(atA))?.[0] ?? '', /^\d+/.exec(b.slice(atB))?.[0] ?? '']
      if (Number(numberA) !== Number(numberB)) return Number(numberA) - Number(numberB)
      atA += numberA.length
      atB += numberB.length
    } else if (isDigit(unitA)) return 1
    else if (isDigit(unitB)) return -1
    else if (unitA !== unitB) return unitA - unitB
    else [atA, atB] = [atA + 1, atB + 1]
  }
  return atB < b.length ? -b.charCodeAt(atB) : 0
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { ElfFile } from './elf.ts'
import { readLoaderCache } from './ld-cache.ts'
import { readText, textBytesMax } from './read-file.ts'
import { findWay } from './way.ts'

/** Finds libraries as the loaders of glibc and musl do (ld.so(8); musl, ldso/dynlink.c). */
export interface LibrarySearch {
  /**
   * The paths of a library that a file asks for: usually one, several where only a running process would tell which, none where
   * there is none.
   *
   * @param path of the file that asks, where it really lies.
   */
  find(name: string, path: string, elf: ElfFile): readonly string[]
  /** All that have the name, anywhere. */
  anywhere(name: string): readonly string[]
}

/** e_machine with the folder that Debian has for it, and the word for `$PLATFORM`. */
const machines: ReadonlyMap<number, readonly [folder: string, platform: string]> = new Map([
  [3, ['i386-linux-gnu', 'i686']],
  [21, ['powerpc64le-linux-gnu', 'power8']],
  [22, ['s390x-linux-gnu', 'z900']],
  [40, ['arm-linux-gnueabihf', 'v7l']],
  [62, ['x86_64-linux-gnu', 'x86_64']],
  [183, ['aarch64-linux-gnu', 'aarch64']],
  [243, ['riscv64-linux-gnu', 'riscv64']],
])

/** Reads what the loaders of a tree are told. */
export async function createLibrarySearch(
  tree: FileTree,
  environment: ReadonlyMap<string, string>,
  entries: readonly FileEntry[],
): Promise<LibrarySearch> {
  const cacheFile = findWay(tree, '/etc/ld.so.cache').target
  const cache =
    cacheFile?.kind === 'file' && cacheFile.sizeBytes <= textBytesMax
      ? readLoaderCache(await tree.read(cacheFile, textBytesMax))
      : new Map<string, readonly string[]>()
  const configured = await configuredFolders(tree, '/etc/ld.so.conf', 0)
  const muslFolders = await readMuslFolders(tree)
  const fromEnvironment = (environment.get('LD_LIBRARY_PATH') ?? '').split(/[:;]/).filter((folder) => folder !== '')
  const byName = libraryFiles(entries)

  const isFile = (path: string): boolean => findWay(tree, path).target?.kind === 'file'
  return {
    find(name, path, elf) {
      if (name.includes('/')) return isFile(posix.resolve('/', name)) ? [posix.resolve('/', name)] : []
      const expand = (folder: string): readonly string[] => expandTokens(folder, posix.dirname(path), elf)
      // RUNPATH makes the loader overlook RPATH.
      const folders = [
        ...(elf.runpath.length > 0 ? [] : elf.rpath.flatMap(expand)),
        ...fromEnvironment.flatMap(expand),
        ...elf.runpath.flatMap(expand),
      ]
      const own = folders.map((folder) => posix.join(folder, name)).find(isFile)
      if (own !== undefined) return [own]
      const others = [...configured, ...defaultFolders(elf), ...muslFolders].map((folder) => posix.join(folder, name))
      const cached = (cache.get(name) ?? []).filter(isFile)
      const usual = others.find(isFile)
      return [...new Set([...cached, ...(usual === undefined ? [] : [usual])])]
    },
    anywhere: (name) => byName.get(name) ?? [],
  }
}

function expandTokens(folder: string, origin: string, elf: ElfFile): readonly string[] {
  const [triplet, platform] = machines.get(elf.machine) ?? ['', '']
  const known = folder
    .replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, origin)
    .replaceAll(/\$(?:PLATFORM\b|\{PLATFORM\})/g, platform)
  const library = /\$(?:LIB\b|\{LIB\})/g
  if (!library.test(known)) return [posix.resolve('/', known)]
  const names = [`lib/${triplet}`, elf.is64Bit ? 'lib64' : 'lib32', 'lib']
  return names.map((name) => posix.resolve('/', known.replaceAll(library, name)))
}

function defaultFolders({ is64Bit, machine }: ElfFile): readonly string[] {
  const triplet = machines.get(machine)?.[0]
  const wide = is64Bit ? 'lib64' : 'lib32'
  return [
    ...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`, `/usr/local/lib/${triplet}`]),
    ...[`/${wide}`, `/usr/${wide}`, '/lib', '/usr/lib', '/usr/local/lib'],
  ]
}

/** What ld.so.conf and the files that it includes name (ldconfig(8)). */
async function configuredFolders(tree: FileTree, path: string, depth: number): Promise<readonly string[]> {
  const folders: string[] = []
  for (const line of (await readText(tree, path)).split('\n')) {
    const text = line.replace(/#.*/, '').trim()
    const pattern = /^include\s+(.+)$/.exec(text)?.[1]
    if (pattern === undefined) {
      if (text.startsWith('/')) folders.push(text.replace(/=.*/, ''))
      continue
    }
    if (depth > 4) continue
    const whole = posix.resolve(posix.dirname(path), pattern)
    const name = new RegExp(
      `^${posix
        .basename(whole)
        .split('*')
        .map((part) => RegExp.escape(part))
        .join('.*')}$`,
    )
    for (const entry of tree.children(posix.dirname(whole))) {
      if (name.test(posix.basename(entry.path))) folders.push(...(await configuredFolders(tree, entry.path, depth + 1)))
    }
  }
  return folders
}

async function readMuslFolders(tree: FileTree): Promise<readonly string[]> {
  for (const entry of tree.children('/etc')) {
    if (!/\/ld-musl-[^/]+\.path$/.test(entry.path)) continue
    return (await readText(tree, entry.path)).split(/[:\n]/).filter((folder) => folder.startsWith('/'))
  }
  return []
}

function libraryFiles(entries: readonly FileEntry[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { path, kind } of entries) {
    if (kind !== 'file' && kind !== 'symbolic-link') continue
    const name = posix.basename(path)
    if (name.includes('.so')) found.set(name, [...(found.get(name) ?? []), path])
  }
  return found
}

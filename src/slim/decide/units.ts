import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Unit } from '../facts.ts'
import { phpUnits } from './php/php-units.ts'
import { packageFolders } from './python-modules.ts'
import { readEntryText } from './read-file.ts'
import { rubyUnits } from './ruby/ruby-units.ts'
import { wasteInUnit } from './waste.ts'

/** The packages of Node, distributions of Python, gems and packages of PHP that are installed in a tree. */
export async function findUnits(tree: FileTree, entries: readonly FileEntry[]): Promise<readonly Unit[]> {
  const distributions: Unit[] = []
  for (const path of packageFolders(entries)) distributions.push(...(await pythonUnits(tree, path)))
  return [...nodeUnits(entries), ...distributions, ...rubyUnits(tree, entries), ...(await phpUnits(tree, entries))]
}

/** Of a path, the innermost package of Node that it lies in. Folders that package managers make for themselves are none. */
const nodePackagePattern = /^.*\/node_modules\/(?!\.(?:bin|pnpm|cache|store|yarn-state)\b)((?:@[^/]+\/)?[^/@][^/]*)\//

function nodeUnits(entries: readonly FileEntry[]): readonly Unit[] {
  const found = new Map<string, { title: string; paths: string[] }>()
  for (const { path, kind } of entries) {
    const match = kind === 'file' || kind === 'symbolic-link' ? nodePackagePattern.exec(path) : null
    if (match === null) continue
    const [folder, name = ''] = match
    const unit = found.get(folder) ?? { title: name, paths: [] }
    found.set(folder, unit)
    if (wasteInUnit(path.slice(folder.length), 'node') === undefined) unit.paths.push(path)
  }
  return [...found.values()]
}

async function pythonUnits(tree: FileTree, folder: string): Promise<readonly Unit[]> {
  const units: Unit[] = []
  const placed = new Set<string>()
  for (const entry of tree.children(folder)) {
    const match = /^(.+?)-(.+?)(?:-py[\d.]+)?\.(?:dist-info|egg-info)$/.exec(posix.basename(entry.path))
    if (match === null || entry.kind !== 'directory') continue
    const [, name = '', version = ''] = match
    const listed = await listedFiles(tree, folder, entry.path)
    for (const path of listed) placed.add(topOf(folder, path))
    const own = [...listed, ...filesIn(tree, entry.path)]
    units.push({ title: `${name} ${version}`, paths: [...new Set(useful(folder, own))] })
  }
  // What no list names, packages of a system's package manager among it, counts by its folder.
  for (const entry of tree.children(folder)) {
    if (placed.has(entry.path) || /\.(?:dist-info|egg-info|pth)$/.test(entry.path)) continue
    const paths = useful(folder, filesIn(tree, entry.path))
    if (paths.length > 0) units.push({ title: posix.basename(entry.path).replace(/\..*/, ''), paths })
  }
  return units
}

/** The files that RECORD lists (PEP 376), or those of the packages that top_level.txt names. */
async function listedFiles(tree: FileTree, folder: string, metadata: string): Promise<readonly string[]> {
  const record = tree.get(posix.join(metadata, 'RECORD'))
  if (record !== undefined) {
    // pip ends lines as CSV does.
    const lines = (await readEntryText(tree, record)).split(/\r?\n/)
    const paths = lines.map((line) =>
      posix.join(folder, /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? line.replace(/,.*/, '')),
    )
    return paths.filter((path) => path.startsWith(`${folder}/`) && tree.get(path)?.kind === 'file')
  }
  const top = tree.get(posix.join(metadata, 'top_level.txt'))
  if (top === undefined) return []
  const names = (await readEntryText(tree, top)).split(/\r?\n/).filter((name) => /^[\w-]+$/.test(name))
  return names.flatMap((name) => [
    ...filesIn(tree, posix.join(folder, name)),
    ...filesIn(tree, posix.join(folder, `${name}.py`)),
  ])
}

function filesIn(tree: FileTree, path: string): readonly string[] {
  return [...tree.entries(path)].filter(({ kind }) => kind !== 'directory').map((entry) => entry.path)
}

function useful(folder: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => wasteInUnit(path.slice(folder.length + 1), 'python') === undefined)
}

function topOf(folder: string, path: string): string {
  return posix.join(folder, path.slice(folder.length + 1).replace(/\/.*/, ''))
}

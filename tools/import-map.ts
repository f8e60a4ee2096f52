import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { collectImports, packageOf, sourceFolder } from './floor-rules.ts'
import { floors } from './floors.ts'
import { isTestFile, readSourceTree, repositoryRoot, type SourceTree } from './source-tree.ts'

const beginMark = '<!-- import map: begin (written by `npm run format`) -->'
const endMark = '<!-- import map: end -->'

/**
 * The floors from top to bottom with the folders that exist, and for each the folders and packages that it really imports.
 * Tests are left out: they may use more.
 */
export function drawImportMap(tree: SourceTree): string {
  const inside = new Map<string, Set<string>>()
  const packages = new Map<string, Set<string>>()
  for (const { from, to, specifier } of collectImports(tree)) {
    const folder = sourceFolder(from)
    if (folder === undefined || isTestFile(from)) continue
    const target = to === undefined ? undefined : sourceFolder(to)
    const name = specifier === undefined ? undefined : packageOf(specifier)
    if (target !== undefined && target !== folder) addTo(inside, folder, target)
    if (name !== undefined) addTo(packages, folder, name)
  }
  const lines = ['floor  folder            imports', '-----  ----------------  -------']
  for (const [floor, folders] of [...floors.entries()].toReversed()) {
    for (const folder of folders.filter((each) => hasFolder(tree, each))) {
      const imported = [...(inside.get(folder) ?? [])].toSorted(byFloor).join(', ')
      const external = [...(packages.get(folder) ?? [])].toSorted().join(', ')
      const text = [imported, external === '' ? '' : `(${external})`].filter((part) => part !== '').join(' ')
      lines.push(`${String(floor).padStart(5)}  ${folder.padEnd(16)}  ${text}`.trimEnd())
    }
  }
  return ['```text', ...lines, '```'].join('\n')
}

/**
 * The document with the map between its marks drawn anew.
 *
 * @throws Error for a document without the marks.
 */
export function replaceImportMap(document: string, map: string): string {
  const begin = document.indexOf(beginMark)
  const end = document.indexOf(endMark)
  if (begin === -1 || end < begin) throw new Error(`the document lacks the lines\n${beginMark}\n${endMark}`)
  return `${document.slice(0, begin + beginMark.length)}\n\n${map}\n\n${document.slice(end)}`
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key) ?? new Set()
  map.set(key, values.add(value))
}

function hasFolder(tree: SourceTree, folder: string): boolean {
  return tree.keys().some((path) => path.startsWith(`src/${folder}/`) && path.endsWith('.ts'))
}

function byFloor(a: string, b: string): number {
  const order = floors.flat()
  return order.indexOf(a) - order.indexOf(b)
}

if (import.meta.main) {
  const path = join(repositoryRoot, 'ARCHITECTURE.md')
  const document = await readFile(path, 'utf8')
  await writeFile(path, replaceImportMap(document, drawImportMap(await readSourceTree(repositoryRoot))))
}

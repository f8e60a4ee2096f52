import fc from 'fast-check'
import type { FileTree } from '../../src/filetree/file-tree.ts'
import type { Verdict } from '../../src/slim/ledger.ts'
import { directory, fifo, file, hardLink, symbolicLink, type LayerItem } from './layers.ts'

const names = [
  'a',
  'b.md',
  'c.js',
  'test',
  'lib.so.1',
  'lib.so.1.2',
  'with space',
  'd$x',
  "q'",
  'st*r',
  '[x]',
  'e"f',
  'b\\s',
  '#h',
  '.d',
]
const name = fc.constantFrom(...names)
const folders = fc.constantFrom('app', 'app/data', 'app/modules', 'srv', 'usr/lib', 'usr/share/x', 'var/cache')
const path = fc
  .tuple(folders, fc.array(name, { minLength: 1, maxLength: 2 }))
  .map(([folder, parts]) => [folder, ...parts].join('/'))
const attributes = fc.record({
  mode: fc.constantFrom(0o644, 0o644, 0o755, 0o600, 0o4755, 0o2755),
  uid: fc.constantFrom(0, 0, 1, 1000),
  gid: fc.constantFrom(0, 0, 5),
})
const folderAttributes = fc.record({
  mode: fc.constantFrom(0o755, 0o700, 0o1777, 0o2775),
  uid: fc.constantFrom(0, 0, 1000),
})

const item: fc.Arbitrary<LayerItem> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(path, fc.string(), attributes).map(([at, text, more]) => file(at, text, more)) },
  { weight: 3, arbitrary: fc.tuple(path, folderAttributes).map(([at, more]) => directory(at, more)) },
  { weight: 2, arbitrary: fc.tuple(folders, folderAttributes).map(([at, more]) => directory(at, more)) },
  { weight: 2, arbitrary: fc.tuple(path, name).map(([at, target]) => symbolicLink(at, target)) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([at, target]) => symbolicLink(at, `/${target}`)) },
  { weight: 1, arbitrary: path.map(fifo) },
)

/** Members that a tar can have together: no path lies in what is no directory, and none comes twice. Some files have two names. */
export const slimItems: fc.Arbitrary<readonly LayerItem[]> = fc
  .array(item, { minLength: 3, maxLength: 40 })
  .map((items) => {
    const kinds = new Map<string, string>()
    const chosen: LayerItem[] = []
    for (const each of items) {
      const { path: at, kind } = each.entry
      const parents = at.split('/').map((_, index, all) => all.slice(0, index).join('/'))
      if (
        kinds.has(at) ||
        parents.some((parent) => parent !== '' && (kinds.get(parent) ?? 'directory') !== 'directory')
      )
        continue
      for (const parent of parents) if (parent !== '') kinds.set(parent, 'directory')
      kinds.set(at, kind)
      chosen.push(each)
    }
    const first = chosen.find(({ entry }) => entry.kind === 'file')
    const twin =
      first === undefined || kinds.has('app/twin') || (kinds.has('app') && kinds.get('app') !== 'directory')
        ? []
        : [
            hardLink('app/twin', first.entry.path, {
              mode: first.entry.mode,
              uid: first.entry.uid,
              gid: first.entry.gid,
            }),
          ]
    return [...chosen, ...twin]
  })

/** What decides each path of a tree, by its number: a verdict for all of it. Folders on the way to kept paths are kept. */
export function randomVerdicts(
  tree: FileTree,
  chances: readonly number[],
  under: readonly string[],
): readonly Verdict[] {
  const kept = new Set<string>()
  const causes = new Map<string, Verdict['cause']>()
  let number = 0
  for (const { path: at, kind, mode } of tree.entries()) {
    const chance = chances[number % chances.length] ?? 0
    number += 1
    const isInside = under.some((folder) => at.startsWith(`${folder}/`))
    const isDangerous = kind === 'file' && (mode & 0o6111) !== 0
    if (isInside && chance < 6)
      for (let each = at; each !== ''; each = each.slice(0, each.lastIndexOf('/'))) kept.add(each)
    causes.set(at, isDangerous ? 'setuid' : chance === 9 ? 'source' : chance === 8 ? 'excluded' : 'unused')
  }
  return Array.from(tree.entries(), ({ path: at, sizeBytes }) => {
    const isKept = at === '/' || kept.has(at)
    return { path: at, isKept, cause: isKept ? 'app' : (causes.get(at) ?? 'unused'), detail: '', sizeBytes }
  })
}

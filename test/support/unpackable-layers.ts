import type { TarEntry } from '../../src/archive/tar-entry.ts'
import { device, directory, fifo, file, hardLink, opaque, symbolicLink, whiteout, type LayerItem } from './layers.ts'
import type { SeededRandom } from './seeded-random.ts'

const names = ['a', 'b', 'c', 'd', 'e']

/**
 * Layers, lowest first, that every runtime unpacks, and all to the same tree: each path once, with its directories before it
 * and written out, no links on the way, hard links only inside a layer, no whiteout of what the same layer has.
 */
export function unpackableLayers(random: SeededRandom): readonly (readonly LayerItem[])[] {
  return Array.from({ length: 1 + random.integer(6) }, () => unpackableLayer(random))
}

function unpackableLayer(random: SeededRandom): readonly LayerItem[] {
  const items = new Map<string, LayerItem>()
  for (let count = random.integer(14); count > 0; count -= 1) {
    const folders = Array.from({ length: random.integer(3) }, () => pick(random, names))
    if (!makeFolders(items, folders, random)) continue
    const path = [...folders, pick(random, names)].join('/')
    if (!items.has(path)) items.set(path, randomItem(path, items, random))
  }
  return [...items].flatMap(([path, made]) =>
    made.entry.kind === 'directory' && random.integer(5) === 0 ? [made, opaque(path)] : [made],
  )
}

/** @returns whether they are directories, or are now. */
function makeFolders(items: Map<string, LayerItem>, folders: readonly string[], random: SeededRandom): boolean {
  for (let depth = 1; depth <= folders.length; depth += 1) {
    const path = folders.slice(0, depth).join('/')
    const known = items.get(path)
    if (known === undefined) items.set(path, directory(path, randomAttributes(random)))
    else if (known.entry.kind !== 'directory') return false
  }
  return true
}

function randomItem(path: string, items: ReadonlyMap<string, LayerItem>, random: SeededRandom): LayerItem {
  const attributes = randomAttributes(random)
  const choice = random.integer(12)
  if (choice < 2) return directory(path, attributes)
  if (choice < 4) return whiteout(path)
  if (choice === 4) return symbolicLink(path, pick(random, ['a', '../b', '/c', 'nowhere']), attributes)
  if (choice === 5) return fifo(path)
  if (choice === 6) return device(path, 1, 3 + random.integer(3))
  const target = [...items].find(([path, { entry }]) => entry.kind === 'file' && entry.path === path)
  if (choice < 9 && target !== undefined) {
    const { mode, uid, gid, modified } = target[1].entry
    return hardLink(path, target[0], { mode, uid, gid, modified })
  }
  return file(path, random.bytes(random.integer(40)), attributes)
}

function randomAttributes(random: SeededRandom): Partial<TarEntry> {
  return {
    mode: pick(random, [0o600, 0o644, 0o755, 0o1777, 0o4755]),
    uid: random.integer(3) * 1000,
    gid: random.integer(3) * 1000,
    modified: { seconds: 1 + random.integer(2 ** 31), nanoseconds: random.integer(1e9) },
  }
}

function pick<Value extends string | number>(random: SeededRandom, values: readonly Value[]): Value {
  const value = values[random.integer(values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

import type { LayerFile } from './layer-files.ts'

/** What the layers up to some point hold, to be asked by path. */
export interface EarlierFiles {
  add(file: LayerFile): void
  /** What a path names, or one of the files in the folder which it names. */
  find(path: string): LayerFile | undefined
  /** The file or folder that a path is in. */
  around(path: string): LayerFile | undefined
  /** Finds what a path or a pattern names, as {@link find} does, and forgets it: it is removed only once. */
  take(path: string): LayerFile | undefined
}

/** The names in one folder that a pattern is tried against. */
const namesMax = 200

/** Every folder has a file, or something in it that does. */
interface Folder {
  file: LayerFile | undefined
  readonly children: Map<string, Folder>
}

/** Takes time in proportion to the depth of a path. */
export function earlierFiles(): EarlierFiles {
  const root: Folder = { file: undefined, children: new Map() }

  function takeOne(path: string): LayerFile | undefined {
    const chain = [root]
    const names = parts(path)
    for (const name of names) {
      const next = chain.at(-1)?.children.get(name)
      if (next === undefined) return undefined
      chain.push(next)
    }
    const found = sampleOf(chain.at(-1))
    for (let depth = names.length; depth > 0; depth -= 1) {
      chain[depth - 1]?.children.delete(names[depth - 1] ?? '')
      if (chain[depth - 1]?.file !== undefined || chain[depth - 1]?.children.size !== 0) break
    }
    return found
  }

  function folderAt(path: string): Folder | undefined {
    let at: Folder | undefined = root
    for (const part of parts(path)) at = at?.children.get(part)
    return at
  }

  return {
    add(file) {
      let at = root
      for (const part of parts(file.path)) {
        const child: Folder = at.children.get(part) ?? { file: undefined, children: new Map() }
        at.children.set(part, child)
        at = child
      }
      at.file ??= file
    },
    find: (path) => sampleOf(folderAt(path)),
    around(path) {
      let found: LayerFile | undefined
      let at: Folder | undefined = root
      for (const part of parts(path).slice(0, -1)) {
        at = at?.children.get(part)
        found = at?.file ?? found
      }
      return found
    },
    take(path) {
      const star = path.search(/[*?[]/)
      if (star === -1) return takeOne(path)
      const slash = path.lastIndexOf('/', star)
      const around = path.slice(0, slash)
      const pattern = path.slice(slash + 1)
      // What stands behind a pattern in the middle of a path is not looked for.
      if (pattern.includes('/')) return undefined
      const folder = folderAt(around)
      // `/app/*` is what was copied to /app.
      if (pattern === '*' && folder?.file !== undefined) return takeOne(around)
      const [start = '', ...others] = pattern.split(/[*?]|\[[^\]]*\]?/)
      const end = others.at(-1) ?? ''
      const names = firstOf(folder?.children.keys() ?? [], namesMax).filter(
        (name) => name.startsWith(start) && name.endsWith(end),
      )
      return names.map((name) => takeOne(`${around}/${name}`))[0]
    },
  }
}

function sampleOf(folder: Folder | undefined): LayerFile | undefined {
  let at = folder
  while (at !== undefined && at.file === undefined) [at] = firstOf(at.children.values(), 1)
  return at?.file
}

function firstOf<Value>(values: Iterable<Value>, count: number): readonly Value[] {
  const found: Value[] = []
  for (const value of values) {
    if (found.length === count) break
    found.push(value)
  }
  return found
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '')
}

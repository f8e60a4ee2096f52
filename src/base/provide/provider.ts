import type { RecipeLink } from '../recipe.ts'
import type { Selection } from '../tree/place-package.ts'
import type { ImageTree } from '../tree/image-tree.ts'
import type { MadeFile } from '../tree/placed.ts'

/** What is known when the files of a layer are made: its packages are in the tree. */
export interface LayerContext {
  /** The number of the layer, from 0. */
  readonly layer: number
  /** The recipes up to that of the layer, the lowest first. */
  readonly links: readonly RecipeLink[]
  readonly tree: ImageTree
  /** Of this layer and those below, by the name of the package. */
  readonly selections: ReadonlyMap<string, Selection>
  /** The packages of this layer. */
  readonly packages: readonly string[]
  /** In Debian's words. */
  readonly architecture: string
  /** No file of the layer is later. */
  readonly dateSeconds: number
}

/** Makes files that packages' scripts would have made, or that the recipe asks for. */
export type Provider = (context: LayerContext) => Promise<readonly MadeFile[]> | readonly MadeFile[]

const rootsOwn = { uid: 0, gid: 0 }

/** A file that belongs to root and that everybody may read, unless told. */
export function textFile(path: string, content: string | Uint8Array, mode = 0o644, gid = 0): MadeFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { path, kind: 'file', mode, uid: 0, gid, content: bytes }
}

/** A symbolic link. */
export function link(path: string, linkTarget: string): MadeFile {
  return { path, kind: 'symbolic-link', mode: 0o777, ...rootsOwn, linkTarget }
}

/** A directory that belongs to root. */
export function directory(path: string, mode = 0o755): MadeFile {
  return { path, kind: 'directory', mode, ...rootsOwn }
}

/** The content of a file of the image, where it is made or was kept of its package; undefined for all others. */
export function contentOf(context: LayerContext, path: string): Uint8Array | undefined {
  const placed = context.tree.file(path)
  if (placed === undefined) return undefined
  if (placed.from === 'made') return placed.file.kind === 'file' ? placed.file.content : undefined
  const kept = context.selections.get(placed.owner)?.contents.kept ?? {}
  const text = Object.hasOwn(kept, placed.entry.path) ? kept[placed.entry.path] : undefined
  return text === undefined ? undefined : Buffer.from(text, 'base64')
}

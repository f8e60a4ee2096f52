import { encodePathText } from '../../std/path-text.ts'

/**
 * What an entry's name means in a layer: image-spec, layer.md, "Whiteouts" and "Opaque Whiteout". `folders` lead to it from
 * the root; they may be symbolic links of the layer.
 */
export type LayerPath =
  | { readonly meaning: 'root' }
  | { readonly meaning: 'path'; readonly folders: readonly string[]; readonly name: string }
  | { readonly meaning: 'whiteout'; readonly folders: readonly string[]; readonly name: string }
  | { readonly meaning: 'opaque'; readonly folders: readonly string[] }
  /** AUFS's own: `.wh..wh.aufs`, `.wh..wh.orph`, … */
  | { readonly meaning: 'ignored' }

const whiteoutPrefix = '.wh.'
const opaqueMarker = '.wh..wh..opq'
const aufsPrefix = '.wh..wh.'

/** Linux' NAME_MAX. */
const nameBytesMax = 255

/** A name that no file system can hold, or a whiteout of something that is no name. The message says what is wrong. */
export class LayerPathError extends Error {}

/**
 * Reads an entry's name as containerd does: absolute names lie under the root, `..` is worked out in the text and never
 * leaves the root, empty components and `.` count for nothing.
 *
 * @throws LayerPathError
 */
export function readLayerPath(path: string, pathBytesMax: number): LayerPath {
  const folders = cleanPath(path)
  const last = folders.pop()
  if (last === undefined) return { meaning: 'root' }
  const isWhiteout = last.startsWith(whiteoutPrefix) && last !== opaqueMarker
  const name = isWhiteout ? last.slice(whiteoutPrefix.length) : last
  checkNames([...folders, name], pathBytesMax)
  if (last === opaqueMarker) return { meaning: 'opaque', folders }
  if (!isWhiteout) return { meaning: 'path', folders, name }
  if (last.startsWith(aufsPrefix)) return { meaning: 'ignored' }
  if (name === '' || name === '.' || name === '..') {
    throw new LayerPathError(`a whiteout of ${JSON.stringify(name)}, which is no name`)
  }
  return { meaning: 'whiteout', folders, name }
}

/** Whether everything under this name of the root is AUFS's own: in it AUFS kept the files that hard links share. */
export function isAufsFolder(name: string): boolean {
  return name.startsWith(aufsPrefix)
}

/** The components of a path, without empty ones and `.`; `..` stays. */
export function splitPath(path: string): string[] {
  return path.split('/').filter((component) => component !== '' && component !== '.')
}

function cleanPath(path: string): string[] {
  const names: string[] = []
  for (const component of splitPath(path)) {
    if (component === '..') names.pop()
    else names.push(component)
  }
  return names
}

/** @throws LayerPathError for names and paths that are too long for the kernel, or that hold a NUL. */
export function checkNames(names: readonly string[], pathBytesMax: number): void {
  let pathBytes = 0
  for (const name of names) {
    const bytes = nameByteLength(name)
    if (bytes > nameBytesMax) throw new LayerPathError(`a name of ${bytes} bytes, more than ${nameBytesMax}`)
    if (name.includes('\0')) throw new LayerPathError('a name with a NUL byte')
    pathBytes += bytes + 1
  }
  if (pathBytes > pathBytesMax) throw new LayerPathError(`a path of more than ${pathBytesMax} bytes`)
}

/** How long a name is as bytes. */
export function nameByteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text) : encodePathText(text).length
}

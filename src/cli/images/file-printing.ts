import { filesMarkdown, type ListedFile } from '../../compare/image-markdown.ts'
import { layerInstructions } from '../../compare/waste.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import { openFileTree, type FileTree } from '../../filetree/file-tree.ts'
import type { ContentSource } from '../../image/content.ts'
import { ImageError } from '../../image/errors.ts'
import { loadImage, type Image } from '../../image/image.ts'
import { hostPlatform } from '../../image/platform.ts'
import { nearest } from '../../std/nearest.ts'
import type { Job } from '../../std/job.ts'
import type { CommandContext } from '../context.ts'
import { formatJson } from '../format/json.ts'
import { listingLines, listingToJson, modeText } from './file-listing.ts'
import type { Inspection } from './inspection.ts'
import { installedPackages, packagesToJson, packagesToText } from './package-listing.ts'

export interface ListingOptions {
  /** The root unless given. */
  readonly path: string | undefined
  readonly recursive: boolean
  readonly format: 'text' | 'json' | 'markdown'
}

/** Lines are written in pieces of this size, so that a long listing neither fills memory nor crawls. */
const pieceLength = 64 * 1024

/**
 * Prints what lies at a path of an image: the entry itself, or what a directory holds.
 *
 * @throws ImageError `not-found`
 */
export async function printListing(
  source: ContentSource,
  inspection: Inspection,
  cacheDirectory: string,
  options: ListingOptions,
  { job, output }: CommandContext,
): Promise<void> {
  const { image, tree } = await openTree(source, inspection, cacheDirectory, job)
  await using _ = tree
  const { path = '/', recursive, format } = options
  const entries = listed(tree, path, recursive)
  if (format === 'markdown') {
    const rows = Iterator.from(entries).map((entry) => ({ ...listedFile(entry), mode: modeText(entry) }))
    await output.write(filesMarkdown(path, rows, layerInstructions(image)))
    return
  }
  if (format === 'json') {
    await output.write(formatJson(Array.from(entries, listingToJson)))
    return
  }
  let piece = ''
  for (const line of listingLines(entries)) {
    piece += line
    if (piece.length < pieceLength) continue
    job.signal.throwIfAborted()
    await output.write(piece)
    piece = ''
  }
  await output.write(piece)
}

/** Prints the content of a file. Links are followed, inside the image only. @throws ImageError `not-found`, `unsupported` */
export async function printFile(
  source: ContentSource,
  inspection: Inspection,
  cacheDirectory: string,
  path: string,
  { job, output }: CommandContext,
): Promise<void> {
  const { tree } = await openTree(source, inspection, cacheDirectory, job)
  await using _ = tree
  const file = tree.resolve(path) ?? noSuchPath(tree, path)
  if (file.kind !== 'file') {
    throw new ImageError('unsupported', `${file.path} is not a file but a ${file.kind.replace('-', ' ')}`, {
      hint: file.kind === 'directory' ? `wherry inspect REF --files ${file.path}` : undefined,
    })
  }
  for await (const chunk of tree.openFile(file, job)) await output.write(chunk)
}

/** Prints the packages of an image, as it tells them itself. @throws ImageError `not-found`; DebianError */
export async function printPackages(
  source: ContentSource,
  inspection: Inspection,
  cacheDirectory: string,
  json: boolean,
  { job, output }: CommandContext,
): Promise<void> {
  const { tree } = await openTree(source, inspection, cacheDirectory, job)
  await using _ = tree
  const packages = await installedPackages(tree, job)
  await output.write(json ? packagesToJson(packages) : packagesToText(packages))
}

/** Opens an image's files; whoever calls closes them. */
export async function openTree(
  source: ContentSource,
  { descriptor }: Inspection,
  cacheDirectory: string,
  job: Job,
): Promise<{ readonly image: Image; readonly tree: FileTree }> {
  const image = await loadImage(source, descriptor, hostPlatform(), job)
  return { image, tree: await openFileTree(image, cacheDirectory, job) }
}

function listed(tree: FileTree, path: string, recursive: boolean): Iterable<FileEntry> {
  const entry = findListed(tree, path)
  if (entry.kind !== 'directory') return [findEntry(tree, path)]
  return recursive ? tree.entries(entry.path) : tree.children(entry.path)
}

/**
 * As with ls: a link that is named is shown itself, and one with a slash behind it is followed. The root is always there, also of an image
 * without layers.
 *
 * @throws ImageError `not-found`
 */
export function findListed(tree: FileTree, path: string): Pick<FileEntry, 'path' | 'kind'> {
  if (path === '/' && tree.layers.length === 0) return { path: '/', kind: 'directory' }
  return findEntry(tree, path)
}

function findEntry(tree: FileTree, path: string): FileEntry {
  return tree.resolve(path, { followLast: path.endsWith('/') }) ?? noSuchPath(tree, path)
}

function listedFile({ path, uid, gid, sizeBytes, layer, kind, linkTarget }: FileEntry): Omit<ListedFile, 'mode'> {
  return { path, owner: `${uid}:${gid}`, sizeBytes, layer, linkTarget: kind === 'symbolic-link' ? linkTarget : '' }
}

function noSuchPath(tree: FileTree, path: string): never {
  const parts = path.split('/').filter((part) => part !== '')
  const parent = tree.resolve(`/${parts.slice(0, -1).join('/')}`)
  const siblings = parent === undefined ? [] : Array.from(tree.children(parent.path), (entry) => entry.path)
  const meant = nearest(`/${parts.join('/')}`, siblings)
  throw new ImageError('not-found', `${path} is not in the image`, {
    hint: meant === undefined ? undefined : `Did you mean ${meant}?`,
  })
}

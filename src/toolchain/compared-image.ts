import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { folderImage } from '../compare/folder-image.ts'
import type { ContentSource } from '../image/content.ts'
import type { Platform } from '../image/descriptor.ts'
import { loadImage, type Image } from '../image/image.ts'
import type { Job } from '../std/job.ts'
import { badRequest } from './errors.ts'
import { parsePlace, type PlaceName } from './place-name.ts'
import type { PlacedImage } from './placed-image.ts'

/** Where an image to be compared is: a place, or a folder that is looked at as if it were one. */
export type ComparedName = PlaceName | { readonly kind: 'folder'; readonly path: string }

/** An image that can be sent to other places. */
export interface SentImage {
  readonly image: Image
  /** Where its bytes are. */
  readonly source: ContentSource
}

/** An image to be compared. */
export interface ComparedImage {
  readonly image: Pick<Image, 'config' | 'layers'>
  /** Of its manifest; undefined for a folder. */
  readonly digest: string | undefined
  /** As it can be sent to other places; undefined for a folder. */
  readonly sent: SentImage | undefined
  /** Whether its bytes are not on this machine. */
  readonly isRemote: boolean
}

/**
 * Reads the name of an image as `compare` takes it: what `copy` takes, where a bare name means the local store, as with `inspect`; `dir:PATH`
 * for a folder; and a path that begins with `/` or `.`, for a layout, an archive or a folder, whichever it is.
 *
 * @throws ToolchainError `bad-request`; ImageError `bad-name`
 */
export async function parseComparedName(text: string): Promise<ComparedName> {
  if (text === '') return badRequest('the name of an image is empty')
  if (text.startsWith('dir:')) return { kind: 'folder', path: text.slice('dir:'.length) }
  if (/^(?:docker|store|oci|oci-archive|docker-archive):/.test(text)) return parsePlace(text)
  if (!/^\.{0,2}\//.test(text) && text !== '.') return { kind: 'store', name: text }
  const isFolder = (await stat(text).catch(() => undefined))?.isDirectory() === true
  if (!isFolder) return { kind: 'docker-archive', path: text, name: undefined }
  return existsSync(join(text, 'oci-layout'))
    ? { kind: 'oci', path: text, name: undefined }
    : { kind: 'folder', path: text }
}

/** Finds an image. @throws ImageError `not-found`, `no-platform`, …; CompareError `unreadable-folder` */
export async function findCompared(
  name: ComparedName,
  find: (place: PlaceName) => Promise<PlacedImage>,
  platform: Platform,
  job: Job,
): Promise<ComparedImage> {
  if (name.kind === 'folder') {
    return { image: await folderImage(name.path, job), digest: undefined, sent: undefined, isRemote: false }
  }
  const { source, descriptor } = await find(name)
  const image = await loadImage(source, descriptor, platform, job)
  return { image, digest: image.descriptor.digest, sent: { image, source }, isRemote: name.kind === 'registry' }
}

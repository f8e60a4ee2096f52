import type { Descriptor } from '../../image/descriptor.ts'
import { digestHex, shortDigest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import type { Job } from '../../std/job.ts'
import { StoreError } from '../errors.ts'
import { withoutName } from '../naming/entry-names.ts'
import { walkContent } from './graph.ts'
import { readEntries } from './index-file.ts'
import type { LayoutPaths } from './paths.ts'

const idPattern = /^[0-9a-f]{4,128}$/

/** Whether a text could be the beginning of an image's ID: at least four hexadecimal digits, `sha256:` before them or not. */
export function isImageId(text: string): boolean {
  return idPattern.test(withoutAlgorithm(text))
}

/**
 * The manifest or index whose digest, or whose config's digest (docker's "image ID"), begins with `id`.
 *
 * @throws ImageError `not-found`, `bad-name`; StoreError `ambiguous-id`
 */
export async function findById(paths: LayoutPaths, id: string, job: Job): Promise<Descriptor> {
  if (!isImageId(id)) {
    throw new ImageError('bad-name', `not an image ID: ${JSON.stringify(id)}`, {
      hint: 'An image ID is at least four hexadecimal digits.',
    })
  }
  const prefix = withoutAlgorithm(id)
  const found = new Map<string, Descriptor>()
  const entries = await readEntries(paths)
  for (const entry of entries)
    if (digestHex(entry.digest).startsWith(prefix)) found.set(entry.digest, withoutName(entry))
  const { blobs, documents } = await walkContent(paths, entries, job)
  for (const [digest, document] of documents) {
    const manifest = blobs.get(digest)
    if (manifest === undefined || found.has(digest)) continue
    const hasId = digestHex(digest).startsWith(prefix)
    const hasConfigId = document.kind === 'image' && digestHex(document.config.digest).startsWith(prefix)
    if (hasId || hasConfigId) found.set(digest, withoutName(manifest))
  }
  const [first, ...others] = found.values()
  if (first === undefined)
    throw new ImageError('not-found', `no image in ${paths.root} has an ID that begins with ${id}`)
  if (others.length === 0) return first
  throw new StoreError('ambiguous-id', `${found.size} images have an ID that begins with ${id}`, {
    hint: `Give more of its digits: ${[first, ...others].map(({ digest }) => shortDigest(digest)).join(', ')}.`,
  })
}

function withoutAlgorithm(id: string): string {
  return id.replace(/^sha(?:256|512):/, '')
}

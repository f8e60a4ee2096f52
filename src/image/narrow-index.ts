import { array, looseObject } from 'valibot'
import { parseJson } from '../std/json.ts'
import type { Limits } from '../std/limits.ts'
import type { Platform } from './descriptor.ts'
import { digestOf } from './digest.ts'
import { parseManifest, type ImageIndex, type RawManifest } from './manifest.ts'
import { isAttestation, selectPlatform } from './platform.ts'

/** Only what is taken out is looked at: the entries and everything beside them are kept as they are. */
const entriesSchema = looseObject({ manifests: array(looseObject({})) })

/**
 * The index with only its images for the given platforms, and BuildKit's attestations about these. It is a new document
 * with a digest of its own, always the same for the same choice; an index that holds nothing else stays as it is.
 *
 * @throws ImageError `no-platform` when one of them is not there.
 */
export function narrowIndex(index: RawManifest, platforms: readonly Platform[], limits: Limits): RawManifest {
  const { document } = index
  if (document.kind === 'image') return index
  const kept = keptPositions(document, platforms)
  if (kept.size === document.manifests.length) return index
  const value = parseJson(index.bytes, entriesSchema, `index ${index.descriptor.digest}`)
  const manifests = value.manifests.filter((_, position) => kept.has(position))
  const bytes = Buffer.from(JSON.stringify({ ...value, manifests }))
  const descriptor = { mediaType: document.mediaType, digest: digestOf(bytes), size: bytes.length }
  return {
    descriptor,
    bytes,
    document: parseManifest(bytes, document.mediaType, `index ${descriptor.digest}`, limits),
  }
}

function keptPositions(index: ImageIndex, platforms: readonly Platform[]): ReadonlySet<number> {
  const chosen = new Set(platforms.map((platform) => selectPlatform(index, platform).digest))
  const positions = index.manifests.flatMap((entry, position) => {
    const about = isAttestation(entry) ? entry.annotations?.['vnd.docker.reference.digest'] : undefined
    const isKept = chosen.has(entry.digest) || [...chosen].some((digest) => digest === about)
    return isKept ? [position] : []
  })
  return new Set(positions)
}

import type { ContentSink } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import type { StepKey, StepRecord } from '../cache/step-cache.ts'
import type { DocumentRecord } from './document.ts'

/** Records with the layers that they point to by position. */
export interface PlacedRecords {
  readonly records: readonly DocumentRecord[]
  readonly layers: readonly { readonly diffId: Digest; readonly descriptor: Descriptor }[]
}

type LayerOfRecord = PlacedRecords['layers'][number]

/**
 * Puts the records of a build in the order of their keys.
 *
 * @param wanted the diff IDs of the layers that are taken; undefined: all.
 */
export async function placeRecords(
  given: Iterable<KeyedStepRecord> | AsyncIterable<KeyedStepRecord>,
  store: ContentSink,
  wanted: ReadonlySet<Digest> | undefined,
  job: Job,
): Promise<PlacedRecords> {
  const byKey = new Map<StepKey, StepRecord>()
  for await (const { key, record } of given) byKey.set(key, record)
  const layers = new Map<Digest, LayerOfRecord & { readonly position: number }>()
  const records: DocumentRecord[] = []
  let leftOut = 0
  for (const [key, record] of [...byKey].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (record.kind === 'selection') {
      records.push({ key, selection: record.digest })
    } else if (record.layer === null) {
      records.push({ key, layer: null })
    } else if (wanted === undefined || wanted.has(record.layer.diffId)) {
      const { diffId, descriptor } = record.layer
      const known = layers.get(diffId)
      if (known === undefined && (layers.size >= job.limits.layersMax || !(await store.has(descriptor, job)))) {
        leftOut += 1
        continue
      }
      const position = known?.position ?? layers.size
      if (known === undefined) layers.set(diffId, { diffId, descriptor: plain(descriptor), position })
      records.push({ key, layer: position })
    }
  }
  if (leftOut > 0) {
    const message = `the build cache was written without ${leftOut} steps, whose layers are gone or are too many`
    job.emit({ type: 'notice', level: 'warning', message })
  }
  return { records, layers: [...layers.values()].map(({ diffId, descriptor }) => ({ diffId, descriptor })) }
}

interface KeyedStepRecord {
  readonly key: StepKey
  readonly record: StepRecord
}

function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size }
}

import {
  array,
  integer,
  literal,
  minValue,
  nullable,
  number,
  pipe,
  regex,
  strictObject,
  string,
  union,
  type InferOutput,
} from 'valibot'
import { digestSchema } from '../../image/descriptor.ts'

/** The media type of the config that tells what the layers of a cache's manifest are for. */
export const cacheMediaType = 'application/vnd.wherry.cache.v1+json'

/** The field of an image's config that holds the records of its own layers. */
export const inlineCacheField = 'wherry.cache.v1'

const keySchema = pipe(string(), regex(/^[0-9a-f]{64}$/, 'is no key'))
const positionSchema = pipe(number(), integer(), minValue(0))

/** What is known of one step, by its key. */
const recordSchema = union([
  /** The position of the layer in the manifest, or null where nothing changed. */
  strictObject({ key: keySchema, layer: nullable(positionSchema) }),
  strictObject({ key: keySchema, selection: digestSchema }),
])

/** The records in an image, whose config has the diff IDs itself. */
export const inlineDocumentSchema = strictObject({ records: array(recordSchema) })

/** A cache that stands alone. */
export const cacheDocumentSchema = strictObject({
  version: literal(1),
  /** Of the manifest's layers, in their order. */
  diffIds: array(digestSchema),
  records: array(recordSchema),
})

export type DocumentRecord = InferOutput<typeof recordSchema>

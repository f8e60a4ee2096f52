import { array, custom, integer, looseObject, minValue, number, optional, pipe, record, string } from 'valibot'
import { isDigest, type Digest } from './digest.ts'

/** Image-spec, annotations.md: free text by name. */
export type Annotations = Readonly<Record<string, string>>

/** Image-spec, image-index.md, "platform": what an image runs on, in Go's names. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
  readonly 'os.version'?: string | undefined
  readonly 'os.features'?: readonly string[] | undefined
}

/** A pointer to content: what kind, which digest, how many bytes (image-spec, descriptor.md). `size` is in bytes. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly urls?: readonly string[] | undefined
  readonly annotations?: Annotations | undefined
  readonly data?: string | undefined
  readonly artifactType?: string | undefined
  readonly platform?: Platform | undefined
}

/** A {@link Digest} in JSON. */
export const digestSchema = custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  (issue) => `not a digest: ${JSON.stringify(issue.input)}`,
)

/** {@link Annotations} in JSON. */
export const annotationsSchema = record(string(), string())

/** A {@link Platform} in JSON. */
const platformSchema = looseObject({
  os: string(),
  architecture: string(),
  variant: optional(string()),
  'os.version': optional(string()),
  'os.features': optional(array(string())),
})

/** Sizes are bytes that can be counted exactly. */
const sizeSchema = pipe(number(), integer(), minValue(0))

/** A {@link Descriptor} in JSON. Fields that the specification does not name are kept. */
export const descriptorSchema = looseObject({
  mediaType: string(),
  digest: digestSchema,
  size: sizeSchema,
  urls: optional(array(string())),
  annotations: optional(annotationsSchema),
  data: optional(string()),
  artifactType: optional(string()),
  platform: optional(platformSchema),
})

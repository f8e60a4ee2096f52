import {
  array,
  boolean,
  check,
  looseObject,
  nullish,
  number,
  optional,
  pipe,
  record,
  string,
  transform,
  type GenericSchema,
  type InferOutput,
} from 'valibot'
import { JsonError, parseJson } from '../std/json.ts'
import { digestSchema, type Platform } from './descriptor.ts'
import { ImageError } from './errors.ts'

/** `null`, which Go writes for what is empty, is the same as not there. */
function absentWhenNull<Schema extends GenericSchema>(schema: Schema) {
  return pipe(
    nullish(schema),
    transform((value): InferOutput<Schema> | undefined => value ?? undefined),
  )
}

const strings = absentWhenNull(array(string()))
const nameSet = absentWhenNull(record(string(), looseObject({})))

const healthcheckSchema = looseObject({
  Test: strings,
  Interval: absentWhenNull(number()),
  Timeout: absentWhenNull(number()),
  StartPeriod: absentWhenNull(number()),
  StartInterval: absentWhenNull(number()),
  Retries: absentWhenNull(number()),
})

const runConfigSchema = looseObject({
  User: absentWhenNull(string()),
  ExposedPorts: nameSet,
  Env: strings,
  Entrypoint: strings,
  Cmd: strings,
  Volumes: nameSet,
  WorkingDir: absentWhenNull(string()),
  Labels: absentWhenNull(record(string(), string())),
  StopSignal: absentWhenNull(string()),
  StopTimeout: absentWhenNull(number()),
  Healthcheck: absentWhenNull(healthcheckSchema),
  Shell: strings,
  OnBuild: strings,
  ArgsEscaped: absentWhenNull(boolean()),
})

const historySchema = looseObject({
  created: optional(string()),
  created_by: optional(string()),
  author: optional(string()),
  comment: optional(string()),
  empty_layer: optional(boolean()),
})

const imageConfigSchema = looseObject({
  created: absentWhenNull(string()),
  author: absentWhenNull(string()),
  architecture: string(),
  os: string(),
  variant: absentWhenNull(string()),
  'os.version': absentWhenNull(string()),
  'os.features': strings,
  config: absentWhenNull(runConfigSchema),
  rootfs: looseObject({
    type: pipe(
      string(),
      check((type) => type === 'layers', 'must be "layers"'),
    ),
    diff_ids: nullish(array(digestSchema), () => []),
  }),
  history: absentWhenNull(array(historySchema)),
})

/** How the image is run: image-spec, config.md, "config", with Docker's own additions (`Healthcheck`, `Shell`, `OnBuild`). */
export type RunConfig = InferOutput<typeof runConfigSchema>

/** One line of an image's history; `empty_layer` marks those that added no layer. */
export type HistoryEntry = InferOutput<typeof historySchema>

/** Image-spec, config.md. Field names are the specification's. Fields that it does not name are kept. */
export type ImageConfig = InferOutput<typeof imageConfigSchema>

/**
 * Reads an image's config.
 *
 * @throws ImageError `bad-document` with the path of what is wrong.
 */
export function parseImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  try {
    return parseJson(bytes, imageConfigSchema, what)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new ImageError('bad-document', error.message, { cause: error })
  }
}

/** The platform that a config is for. */
export function platformOfConfig(config: ImageConfig): Platform {
  return {
    os: config.os,
    architecture: config.architecture,
    ...(config.variant === undefined || config.variant === '' ? {} : { variant: config.variant }),
    ...(config['os.version'] === undefined ? {} : { 'os.version': config['os.version'] }),
  }
}

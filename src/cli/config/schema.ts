import {
  array,
  boolean,
  integer,
  maxValue,
  minLength,
  minValue,
  number,
  optional,
  pipe,
  record,
  regex,
  strictObject,
  string,
  transform,
  union,
  type InferOutput,
} from 'valibot'

/** Sizes are bytes, or a number with a unit: decimal (`10GB`) or binary (`10GiB`). */
const sizePattern = /^([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([kMGT]i?B|B)$/
/** A host name or address with an optional port: what stands before the repository in a reference. */
const registryPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/
/** A registry, and a path in it that goes before every repository. */
const locationPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?(?:\/[a-z0-9][a-z0-9._/-]*)?$/

const path = pipe(string('must be a path'), minLength(1, 'must be a path'))

const count = (most: number) =>
  pipe(
    number('must be a whole number'),
    integer('must be a whole number'),
    minValue(1, 'must be at least 1'),
    maxValue(most, `must be at most ${most}`),
  )

const sizeText = pipe(
  string('must be a number of bytes, or a size such as 10GB'),
  regex(sizePattern, 'must be a number of bytes, or a size such as 10GB'),
  transform(parseSize),
)

const size = union([sizeText, count(Number.MAX_SAFE_INTEGER)], 'must be a number of bytes, or a size such as 10GB')

const server = {
  'tls-verify': optional(boolean('must be true or false')),
  'ca-file': optional(path),
}

const locationText = pipe(
  string('must be a registry such as mirror.example.com:5000'),
  regex(locationPattern, 'must be a registry such as mirror.example.com:5000, without https://'),
)

const mirror = union(
  [
    pipe(
      locationText,
      transform((location) => ({ location })),
    ),
    strictObject({ location: locationText, ...server }, 'must be a registry such as mirror.example.com:5000'),
  ],
  (issue) => issue.issues?.[0]?.message ?? 'must be a registry such as mirror.example.com:5000',
)

const registry = strictObject(
  { ...server, mirrors: optional(array(mirror, 'must be a list of registries')) },
  'must hold mirrors, tls-verify or ca-file',
)

const registryName = pipe(string(), regex(registryPattern, 'is not a registry: write it as localhost:5000'))

const limits = strictObject(
  {
    transfers: optional(count(64)),
    layers: optional(count(100_000)),
    'layer-entries': optional(count(1_000_000_000)),
    'layer-size': optional(size),
    'manifest-size': optional(size),
  },
  'must hold limits such as transfers',
)

const build = strictObject({ 'ca-certificates': optional(path) }, 'must hold ca-certificates')

/** What may stand in the configuration file. `docs/config.schema.json` says the same; a test holds them together. */
export const configurationSchema = strictObject(
  {
    store: optional(path),
    registries: optional(record(registryName, registry, 'must hold registries by name')),
    limits: optional(limits),
    build: optional(build),
  },
  'must hold store, registries, limits or build',
)

export type ConfigurationFile = InferOutput<typeof configurationSchema>

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  kiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

function parseSize(text: string): number {
  const [, amount = '0', unit = 'B'] = sizePattern.exec(text) ?? []
  return Math.max(1, Math.round(Number(amount) * (unitBytes[unit] ?? 1)))
}

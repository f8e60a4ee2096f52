import { isDigest, type Digest } from '../image/digest.ts'
import { parseReference, type Reference } from '../image/reference.ts'
import { BuildError } from './errors.ts'
import {
  booleanField,
  checkKeys,
  choiceField,
  readFields,
  requiredField,
  type OptionFields,
} from './options/read-fields.ts'

/** Where a build cache goes: `--cache-to`. */
export type CacheTarget =
  /** The folder of an image layout. */
  | {
      readonly type: 'local'
      readonly directory: string
      readonly tag: string
      readonly mode: CacheMode
      readonly ignoreError: boolean
    }
  | {
      readonly type: 'registry'
      readonly reference: Reference
      readonly insecure: boolean
      readonly mode: CacheMode
      readonly ignoreError: boolean
    }
  /** Into the config of the image itself. */
  | { readonly type: 'inline' }

/** `min` is what the image was made of, `max` is everything. */
export type CacheMode = 'min' | 'max'

/** Where a build cache comes from: `--cache-from`. A registry may hold a cache, or an image with one inside. */
export type CacheOrigin =
  | { readonly type: 'local'; readonly directory: string; readonly tag: string; readonly digest: Digest | undefined }
  | { readonly type: 'registry'; readonly reference: Reference; readonly insecure: boolean }

/** Other builders' caches, which are no files and no registries. */
const foreignTypes: ReadonlySet<string> = new Set(['gha', 's3', 'azblob'])

const commonKeys = ['type', 'mode', 'ignore-error', 'image-manifest', 'oci-mediatypes'] as const

/**
 * Reads `--cache-to`: a reference, or buildx's keys. `image-manifest` and `oci-mediatypes` are taken, and are always so.
 *
 * @throws BuildError `bad-build-option`; ImageError `bad-name`
 */
export function parseCacheTo(text: string): CacheTarget {
  const fields = cacheFields('--cache-to', text)
  const type = typeOf(fields, ['local', 'registry', 'inline'])
  if (type === 'inline') {
    checkKeys(fields, ['type', 'mode'])
    return { type }
  }
  const common = {
    mode: choiceField(fields, 'mode', ['min', 'max']) ?? 'min',
    ignoreError: booleanField(fields, 'ignore-error') ?? false,
  }
  if (type === 'local') {
    checkKeys(fields, [...commonKeys, 'dest', 'tag'])
    return { type, directory: requiredField(fields, 'dest'), tag: fields.values.get('tag') ?? 'latest', ...common }
  }
  checkKeys(fields, [...commonKeys, 'ref', 'registry.insecure'])
  return { type, ...registryOf(fields), ...common }
}

/** Reads `--cache-from`: a reference, or buildx's keys. @throws BuildError `bad-build-option`; ImageError `bad-name` */
export function parseCacheFrom(text: string): CacheOrigin {
  const fields = cacheFields('--cache-from', text)
  const type = typeOf(fields, ['local', 'registry'])
  if (type === 'local') {
    checkKeys(fields, ['type', 'src', 'tag', 'digest'])
    const { values, title } = fields
    const digest = values.get('digest')
    if (digest !== undefined && !isDigest(digest)) {
      throw new BuildError('bad-build-option', `${title}: digest is sha256: and 64 hexadecimal digits`)
    }
    return { type, directory: requiredField(fields, 'src'), tag: values.get('tag') ?? 'latest', digest }
  }
  checkKeys(fields, ['type', 'ref', 'registry.insecure'])
  return { type, ...registryOf(fields) }
}

/** What a cache in a folder is called there. */
export function localCacheReference(tag: string): Reference {
  return parseReference(`localhost/build-cache:${tag}`)
}

function cacheFields(option: string, text: string): OptionFields {
  if (text === '') throw new BuildError('bad-build-option', `${option} is empty`, { hint: `Write ${option} type=…` })
  if (text.includes('=')) return readFields(option, text)
  return {
    title: `${option} ${text}`,
    values: new Map([
      ['type', 'registry'],
      ['ref', text],
    ]),
  }
}

function typeOf<Type extends string>(fields: OptionFields, types: readonly Type[]): Type {
  const given = fields.values.get('type')
  if (given !== undefined && foreignTypes.has(given)) {
    throw new BuildError('bad-build-option', `${fields.title}: caches of the type ${given} are not read or written`, {
      hint: 'Take type=registry, or type=local with a folder that is kept by other means.',
    })
  }
  const type = choiceField(fields, 'type', types)
  if (type !== undefined) return type
  throw new BuildError('bad-build-option', `${fields.title}: type=… is missing`, {
    hint: `There are ${types.join(', ')}.`,
  })
}

function registryOf(fields: OptionFields): { readonly reference: Reference; readonly insecure: boolean } {
  return {
    reference: parseReference(requiredField(fields, 'ref')),
    insecure: booleanField(fields, 'registry.insecure') ?? false,
  }
}

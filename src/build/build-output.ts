import { parseReference, type Reference } from '../image/reference.ts'
import { nearest } from '../std/nearest.ts'
import { parseAnnotationKey, type ImageAnnotation } from './annotations.ts'
import { BuildError } from './errors.ts'
import { compressionKeys, compressionOf, type LayerCompression } from './options/compression-fields.ts'
import {
  booleanField,
  checkKeys,
  choiceField,
  readFields,
  requiredField,
  type OptionFields,
} from './options/read-fields.ts'

export type { LayerCompression } from './options/compression-fields.ts'

/** What outputs that are images have in common. */
export interface ImageForm {
  /** Undefined: the names of `--tag`. */
  readonly names: readonly Reference[] | undefined
  readonly layers: LayerCompression
  readonly ociMediaTypes: boolean
  readonly annotations: readonly ImageAnnotation[]
  /** `oci-artifact`: with the image as their subject. */
  readonly attestationsAsArtifacts: boolean
}

/** The local store, a registry, or both. */
export interface ImageOutput extends ImageForm {
  readonly type: 'image'
  readonly store: boolean
  readonly push: boolean
  /** Without a tag. */
  readonly pushByDigest: boolean
  /** Plain HTTP, and certificates that nobody trusts, are allowed. */
  readonly insecure: boolean
}

/** An archive of OCI's or of Docker's; with `tar` false, the folder of an OCI layout. */
export interface ArchiveOutput<Type extends 'oci' | 'docker' = 'oci' | 'docker'> extends ImageForm {
  readonly type: Type
  /** `-` is standard output. */
  readonly destination: string
  readonly tar: boolean
}

/** `docker load` or `podman load`. */
export interface LoadOutput extends ImageForm {
  readonly type: 'load'
  readonly dockerContext: string | undefined
}

/** The files of the image: as a tar, or in a folder. */
export interface FilesOutput<Type extends 'tar' | 'local' = 'tar' | 'local'> {
  readonly type: Type
  /** `-` is standard output. */
  readonly destination: string
  /** Whether each platform has a folder; undefined: where there are several. */
  readonly platformSplit: boolean | undefined
  /** Before the names of files that hold attestations. */
  readonly attestationPrefix: string
}

/** Where a build goes: `--output`, with BuildKit's exporters. */
export type BuildOutput =
  | ImageOutput
  | ArchiveOutput<'oci'>
  | ArchiveOutput<'docker'>
  | LoadOutput
  | FilesOutput<'tar'>
  | FilesOutput<'local'>
  /** Nothing: only the cache is filled. */
  | { readonly type: 'cacheonly' }

/** Outputs that are images. */
export type ImageLikeOutput = Extract<BuildOutput, ImageForm>

const outputTypes = ['image', 'registry', 'oci', 'docker', 'tar', 'local', 'cacheonly'] as const

const formKeys = ['type', 'name', ...compressionKeys, 'oci-mediatypes', 'oci-artifact', 'rewrite-timestamp'] as const
const keysOfType: Readonly<Record<(typeof outputTypes)[number], readonly string[]>> = {
  image: [...formKeys, 'push', 'push-by-digest', 'registry.insecure', 'store', 'unpack'],
  registry: [...formKeys, 'push', 'push-by-digest', 'registry.insecure', 'store', 'unpack'],
  oci: [...formKeys, 'dest', 'tar'],
  docker: [...formKeys, 'dest', 'tar', 'context'],
  tar: ['type', 'dest', 'platform-split', 'attestation-prefix'],
  local: ['type', 'dest', 'platform-split', 'attestation-prefix'],
  cacheonly: ['type'],
}

/**
 * Reads `--output`: buildx's keys, `-` for a tar on standard output, and anything without a `=` for a folder.
 *
 * `rewrite-timestamp` and `unpack` are taken and change nothing: what a build writes has no time later than its date, and
 * the store needs no unpacking.
 *
 * @throws BuildError `bad-build-option`; ImageError `bad-name`
 */
export function parseOutput(text: string): BuildOutput {
  if (text === '') throw new BuildError('bad-build-option', '--output is empty', { hint: 'Write --output type=…' })
  if (text === '-') return filesOutput('tar', readFields('--output', 'type=tar,dest=-'))
  if (!text.includes('=') && !text.includes(',')) {
    return { ...plainFolder, destination: text }
  }
  const fields = readFields('--output', text)
  if (!fields.values.has('type')) {
    const near = nearest([...fields.values.keys()][0] ?? '', ['type'])
    throw new BuildError('bad-build-option', `--output ${text}: type=… is missing`, {
      hint: near === undefined ? `There are ${outputTypes.join(', ')}.` : `Did you mean ${near}=…?`,
    })
  }
  const type = choiceField(fields, 'type', outputTypes) ?? 'image'
  checkKeys(fields, keysOfType[type], hasForm(type) ? (key) => parseAnnotationKey(key) !== undefined : undefined)
  switch (type) {
    case 'image':
    case 'registry':
      return imageOutput(type, fields)
    case 'oci':
      return archiveOutput(type, fields)
    case 'docker':
      return archiveOutput(type, fields)
    case 'tar':
      return filesOutput(type, fields)
    case 'local':
      return filesOutput(type, fields)
    case 'cacheonly':
      return { type }
  }
}

const plainFolder = { type: 'local', platformSplit: undefined, attestationPrefix: '' } as const

/** `--push`, `--load`, and what happens without any `--output`: the store alone. */
export function plainOutput(what: 'store' | 'push' | 'load'): BuildOutput {
  return parseOutput(what === 'store' ? 'type=image' : what === 'push' ? 'type=registry' : 'type=docker')
}

function hasForm(type: (typeof outputTypes)[number]): boolean {
  return keysOfType[type].includes('name')
}

function formOf(fields: OptionFields): ImageForm {
  const { values } = fields
  const annotations = [...values].flatMap(([key, value]) => {
    const annotation = parseAnnotationKey(key)
    return annotation === undefined ? [] : [{ ...annotation, value }]
  })
  const names = values.get('name')
  return {
    names:
      names === undefined || names === '' ? undefined : names.split(',').map((name) => nameOf(name.trim(), fields)),
    layers: compressionOf(fields),
    ociMediaTypes: booleanField(fields, 'oci-mediatypes') ?? true,
    annotations,
    attestationsAsArtifacts: booleanField(fields, 'oci-artifact') ?? true,
  }
}

function nameOf(text: string, { title }: OptionFields): Reference {
  const name = parseReference(text)
  if (name.digest === undefined) return name
  throw new BuildError('bad-build-option', `${title}: a new image cannot be named by a digest`, {
    hint: 'Its digest is known when it is built. Name it by a tag.',
  })
}

function imageOutput(type: 'image' | 'registry', fields: OptionFields): BuildOutput {
  const pushByDigest = booleanField(fields, 'push-by-digest') ?? false
  return {
    ...formOf(fields),
    type: 'image',
    push: booleanField(fields, 'push') ?? (type === 'registry' || pushByDigest),
    pushByDigest,
    store: booleanField(fields, 'store') ?? true,
    insecure: booleanField(fields, 'registry.insecure') ?? false,
  }
}

function archiveOutput<Type extends 'oci' | 'docker'>(
  type: Type,
  fields: OptionFields,
): ArchiveOutput<Type> | LoadOutput {
  const { title, values } = fields
  const destination = values.get('dest')
  const tar = booleanField(fields, 'tar') ?? true
  if (!tar && type === 'docker') {
    throw new BuildError('bad-build-option', `${title}: only type=oci can be a folder`, {
      hint: 'Leave out tar=false.',
    })
  }
  if (!tar && (destination === undefined || destination === '-')) {
    throw new BuildError('bad-build-option', `${title}: a folder is written to dest=…, which is missing`)
  }
  if (type === 'docker' && destination === undefined) {
    return { ...formOf(fields), type: 'load', dockerContext: values.get('context') }
  }
  return { ...formOf(fields), type, destination: destination ?? '-', tar }
}

function filesOutput<Type extends 'tar' | 'local'>(type: Type, fields: OptionFields): FilesOutput<Type> {
  const destination = type === 'local' ? requiredField(fields, 'dest') : (fields.values.get('dest') ?? '-')
  if (type === 'local' && destination === '-') {
    throw new BuildError('bad-build-option', `${fields.title}: a folder cannot go to standard output`, {
      hint: 'Write type=tar for a tar of the files.',
    })
  }
  return {
    type,
    destination,
    platformSplit: booleanField(fields, 'platform-split'),
    attestationPrefix: fields.values.get('attestation-prefix') ?? '',
  }
}

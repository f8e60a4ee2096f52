import { array, looseObject, optional, string } from 'valibot'
import { TooManyBytesError } from '../../std/bytes.ts'
import { parseJson } from '../../std/json.ts'
import type { Job } from '../../std/job.ts'
import { digestSchema, type Descriptor } from '../../image/descriptor.ts'
import { digestAlgorithm, digestOf, isDigest, type Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { isManifestMediaType, mediaTypes } from '../../image/media-type.ts'
import { discardBody, readBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { contentLength, mediaTypeOf, singleHeader } from '../../http/headers.ts'
import { badAnswer, send, type EndpointRequest } from './endpoint.ts'
import { manifestPath, readScopes, type RepositoryEndpoint } from './repository-endpoint.ts'

/** A manifest or index with its bytes, which have the descriptor's digest. */
export interface ManifestBytes {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

const acceptedMediaTypes = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerManifestList,
  mediaTypes.dockerManifest,
].join(', ')

/**
 * What a tag or digest names, by one HEAD request. Where the answer says too little, the manifest itself is fetched, and
 * comes along.
 *
 * @throws ImageError `not-found`, `digest-mismatch`, `unsupported`, `too-large`; RegistryError
 */
export async function resolveManifest(
  at: RepositoryEndpoint,
  tagOrDigest: string,
  job: Job,
): Promise<Descriptor | ManifestBytes> {
  const request: EndpointRequest = { ...manifestRequest(at, tagOrDigest), method: 'HEAD', expect: [200, 405] }
  const answer = await send(at.endpoint, request, job)
  discardBody(answer)
  const mediaType = mediaTypeOf(answer.headers)
  const digest = singleHeader(answer.headers, 'docker-content-digest')
  const size = contentLength(answer.headers)
  const isComplete = digest !== undefined && isDigest(digest) && size !== undefined && mediaType !== undefined
  if (answer.status !== 200 || !isComplete || !isManifestMediaType(mediaType)) {
    return fetchManifest(at, tagOrDigest, job)
  }
  if (isDigest(tagOrDigest) && isOther(digest, tagOrDigest)) throw mismatch(at, tagOrDigest, digest)
  if (size > job.limits.manifestBytesMax) throw tooLarge(at, tagOrDigest, job)
  return { mediaType, digest: isDigest(tagOrDigest) ? tagOrDigest : digest, size }
}

/**
 * A manifest or index with its bytes. Asked for by digest, the bytes have that digest.
 *
 * @throws ImageError `not-found`, `digest-mismatch`, `unsupported`, `too-large`; RegistryError
 */
export async function fetchManifest(at: RepositoryEndpoint, tagOrDigest: string, job: Job): Promise<ManifestBytes> {
  const request = manifestRequest(at, tagOrDigest)
  const answer = await send(at.endpoint, request, job)
  let bytes: Uint8Array
  try {
    bytes = await readBody(answer, job.limits.manifestBytesMax, job.signal)
  } catch (error) {
    if (error instanceof TooManyBytesError) throw tooLarge(at, tagOrDigest, job)
    throw error
  }
  const mediaType = mediaTypeOfManifest(at, request, answer, bytes)
  const digest = digestOf(bytes, isDigest(tagOrDigest) ? digestAlgorithm(tagOrDigest) : 'sha256')
  if (isDigest(tagOrDigest) && digest !== tagOrDigest) throw mismatch(at, tagOrDigest, digest)
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes }
}

function manifestRequest(at: RepositoryEndpoint, tagOrDigest: string): EndpointRequest {
  return {
    method: 'GET',
    target: manifestPath(at, tagOrDigest),
    repository: at.name,
    scopes: readScopes(at),
    headers: { accept: acceptedMediaTypes },
    expect: [200],
    asked: isDigest(tagOrDigest) ? `manifest ${tagOrDigest}` : `tag ${tagOrDigest}`,
  }
}

const typedSchema = looseObject({ mediaType: optional(string()) })

/** The header says it; simple web servers that hold a layout do not, and then the document must. */
function mediaTypeOfManifest(
  at: RepositoryEndpoint,
  request: EndpointRequest,
  answer: HttpAnswer,
  bytes: Uint8Array,
): string {
  const said = mediaTypeOf(answer.headers)
  if (said !== undefined && isManifestMediaType(said)) return said
  if (said === mediaTypes.dockerManifestSchema1 || said === mediaTypes.dockerManifestSchema1Signed) {
    throw new ImageError(
      'unsupported',
      `${at.endpoint.registry}/${at.name}: ${request.asked} is in Docker's schema 1`,
      {
        hint: 'Schema 1 was given up in 2017. Push the image again with a current tool.',
      },
    )
  }
  const inside = documentMediaType(bytes)
  if (inside !== undefined && isManifestMediaType(inside)) return inside
  throw badAnswer(at.endpoint, request, `the answer is of type ${said ?? 'nothing'}, which is no image manifest`)
}

function documentMediaType(bytes: Uint8Array): string | undefined {
  try {
    return parseJson(bytes, typedSchema, 'manifest').mediaType
  } catch {
    return undefined
  }
}

/** Digests of different algorithms cannot be compared, and are not. */
function isOther(actual: Digest, wanted: Digest): boolean {
  return digestAlgorithm(actual) === digestAlgorithm(wanted) && actual !== wanted
}

function mismatch(at: RepositoryEndpoint, wanted: string, actual: string): ImageError {
  const where = `${at.endpoint.registry}/${at.name}`
  return new ImageError('digest-mismatch', `${where}: asked for ${wanted}, the registry gave ${actual}`, {
    hint: 'The registry, or something between it and this machine, is damaged or lies. Nothing of it was kept.',
  })
}

function tooLarge(at: RepositoryEndpoint, tagOrDigest: string, job: Job): ImageError {
  const bytesMax = job.limits.manifestBytesMax
  return new ImageError(
    'too-large',
    `${at.endpoint.registry}/${at.name}: manifest ${tagOrDigest} is larger than ${bytesMax} bytes`,
  )
}

const blobsSchema = looseObject({
  config: looseObject({ digest: digestSchema }),
  layers: array(looseObject({ digest: digestSchema })),
})

/** The blobs that an image's manifest names. None for an index, and for what is no manifest at all. */
export function seenBlobs({ bytes }: ManifestBytes): readonly Digest[] {
  try {
    const { config, layers } = parseJson(bytes, blobsSchema, 'manifest')
    return [config.digest, ...layers.map((layer) => layer.digest)]
  } catch {
    return []
  }
}

import type { ContentSink } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import { digestOf, type Digest } from '../image/digest.ts'
import { mediaTypes } from '../image/media-type.ts'
import { byteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import type { AnswerDifference } from './probe.ts'

/** The artifact type, and the media type, of a proof. */
const proofMediaType = 'application/vnd.wherry.slim-proof.v1+json'

/** An image of a proof: what names it wherever it is. */
export interface ProvedImage {
  readonly manifest: Digest
  readonly config: Digest
  readonly diffIds: readonly Digest[]
}

/** A service that ran beside the images. */
export interface ProvedCompanion {
  readonly name: string
  /** As the compose file names it; null for what was built. */
  readonly image: string | null
  readonly manifest: Digest | null
  readonly diffIds: readonly Digest[]
}

/** That a slim image answers as the image does that it was made from, and how that was found: a JSON document. */
export interface SlimProof {
  readonly schemaVersion: 1
  readonly isProved: boolean
  readonly before: ProvedImage
  readonly after: ProvedImage
  /** The Dockerfile that makes the slim image. */
  readonly dockerfile: { readonly name: string; readonly digest: Digest }
  /** How the slim image was run. */
  readonly restraint: {
    readonly user: string
    readonly readOnlyRoot: boolean
    /** `default`: those that Docker gives. */
    readonly capabilities: readonly string[] | 'default'
    readonly network: 'none' | 'private' | 'host'
  }
  /** What ran beside both images while they were asked. */
  readonly companions: readonly ProvedCompanion[]
  /** Ways to run it, with fewer rights, in which it answers differently. */
  readonly refused: readonly { readonly restraint: string; readonly differences: readonly AnswerDifference[] }[]
  /** What was asked, and what the slim image answered. */
  readonly answers: readonly unknown[]
  /** Of an unproved image: what is different. */
  readonly differences: readonly AnswerDifference[]
  readonly repairs: readonly {
    readonly paths: readonly string[]
    readonly foundBy: 'failed look-ups' | 'log' | 'bisection'
  }[]
  readonly tool: { readonly name: 'wherry'; readonly version: string }
}

/** As it is written. */
export function proofText(proof: SlimProof): string {
  return `${JSON.stringify(proof, undefined, 2)}\n`
}

/**
 * Writes a proof as an artifact whose subject is the slim image (image-spec 1.1, manifest.md, "Guidelines for Artifact Usage"), so that it
 * goes with the image wherever referrers go.
 *
 * @returns the artifact's manifest.
 */
export async function writeProof(
  proof: SlimProof,
  subject: Descriptor,
  sink: ContentSink,
  job: Job,
): Promise<Descriptor> {
  const content = await writeBytes(proofMediaType, Buffer.from(proofText(proof)), sink, job)
  const config = await writeBytes(mediaTypes.ociEmpty, Buffer.from('{}'), sink, job)
  const { mediaType, digest, size } = subject
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: proofMediaType,
    config,
    layers: [content],
    subject: { mediaType, digest, size },
  }
  const bytes = Buffer.from(JSON.stringify(manifest))
  return { ...(await writeBytes(mediaTypes.ociManifest, bytes, sink, job)), artifactType: proofMediaType }
}

async function writeBytes(mediaType: string, bytes: Uint8Array, sink: ContentSink, job: Job): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
  await sink.write(descriptor, async (offsetBytes) => byteStream(bytes.subarray(offsetBytes)), job)
  return descriptor
}

import { randomBytes } from 'node:crypto'
import { copyContent } from '../../image/copy.ts'
import { ImageError } from '../../image/errors.ts'
import type { Reference } from '../../image/reference.ts'
import type { RegistryClient } from '../../registry-client/client.ts'
import { RegistryError } from '../../registry-client/errors.ts'
import type { Job } from '../../std/job.ts'
import type { SentImage } from '../../toolchain/compared-image.ts'
import type { MeasuredRegistry } from './measure-request.ts'

const nameBytes = 16

/** A repository that nobody has, and nobody can guess. */
export function measuringRepository({ registry, prefix }: MeasuredRegistry): Reference {
  const repository = `${prefix}wherry-measure-${randomBytes(nameBytes).toString('hex')}`
  return { registry, repository, tag: 'measured', digest: undefined }
}

/** Brings an image to a repository. */
export async function bring(image: SentImage, to: Reference, client: RegistryClient, job: Job): Promise<void> {
  const sink = client.repository(to, 'push')
  await copyContent(image.source, sink, image.image.descriptor, { platforms: 'all', names: [to] }, job)
}

/**
 * Deletes what was brought to a repository: manifests first, then what they point to.
 *
 * @returns whether the registry did so. What it does not have is deleted.
 */
export async function emptyRepository(
  at: Reference,
  images: readonly SentImage[],
  client: RegistryClient,
  job: Job,
): Promise<boolean> {
  const repository = client.repository(at, 'push')
  const manifests = images.map(({ image }) => image.descriptor)
  const blobs = images.flatMap(({ image: { manifest } }) => [manifest.config, ...manifest.layers])
  const contents = new Map([...manifests, ...blobs].map((each) => [each.digest, each]))
  for (const content of contents.values()) {
    try {
      await repository.delete(content, job)
    } catch (error) {
      job.signal.throwIfAborted()
      if (error instanceof ImageError && error.code === 'not-found') continue
      if (error instanceof RegistryError) return false
      throw error
    }
  }
  return true
}

import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestOf, type Digest } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { RegistryError } from '../errors.ts'
import { putManifest } from './push-manifest.ts'
import { readReferrersTag, referrersTag } from './referrers.ts'
import type { RepositoryEndpoint } from './repository-endpoint.ts'

/** Others may write the same tag between our reading and our writing: we look whether our change is still there. */
const roundsMax = 4

/** Changes of one tag by this process go one after the other. */
const queues = new Map<string, Promise<void>>()

/**
 * Keeps the list of referrers for a registry without the API, as a client has to: distribution-spec, "Pushing Manifests
 * with Subject". Two clients that do so at the same moment may each need a second round.
 */
export function addToReferrersTag(
  at: RepositoryEndpoint,
  subject: Digest,
  referrer: Descriptor,
  job: Job,
): Promise<void> {
  return changeReferrersTag(at, subject, job, (listed) =>
    listed.some((one) => one.digest === referrer.digest) ? undefined : [...listed, referrer],
  )
}

/** Takes a manifest that was deleted out of the list: distribution-spec, "Deleting Manifests". */
export function removeFromReferrersTag(
  at: RepositoryEndpoint,
  subject: Digest,
  referrer: Digest,
  job: Job,
): Promise<void> {
  return changeReferrersTag(at, subject, job, (listed) =>
    listed.some((one) => one.digest === referrer) ? listed.filter((one) => one.digest !== referrer) : undefined,
  )
}

/** @param change gives the new list, or undefined when the list is right as it is. */
async function changeReferrersTag(
  at: RepositoryEndpoint,
  subject: Digest,
  job: Job,
  change: (listed: readonly Descriptor[]) => readonly Descriptor[] | undefined,
): Promise<void> {
  const key = `${at.endpoint.registry}/${at.name}:${referrersTag(subject)}`
  const before = queues.get(key) ?? Promise.resolve()
  const turn = before.then(() => changeInTurn(at, subject, job, change))
  const ended = turn.catch(() => undefined)
  queues.set(key, ended)
  try {
    await turn
  } finally {
    if (queues.get(key) === ended) queues.delete(key)
  }
}

async function changeInTurn(
  at: RepositoryEndpoint,
  subject: Digest,
  job: Job,
  change: (listed: readonly Descriptor[]) => readonly Descriptor[] | undefined,
): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    const changed = change(await readReferrersTag(at, subject, job))
    if (changed === undefined) return
    const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: changed }
    const bytes = Buffer.from(JSON.stringify(document))
    const descriptor = { mediaType: mediaTypes.ociIndex, digest: digestOf(bytes), size: bytes.length }
    await putManifest(at, referrersTag(subject), descriptor, bytes, job)
  }
  const { registry } = at.endpoint
  const message = `${registry}/${at.name}: the list of referrers of ${subject} is being changed by others all the time`
  throw new RegistryError('refused', message, { registry, repository: at.name }, { hint: 'Try again.' })
}

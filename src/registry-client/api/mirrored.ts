import { errorMessage } from '../../std/errors.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { RegistryError } from '../errors.ts'
import { openBlob } from './download.ts'
import type { RepositoryEndpoint } from './repository-endpoint.ts'

/** A repository at its registry, and at the registry's mirrors. */
export interface MirroredRepository {
  readonly upstream: RepositoryEndpoint
  /** Asked first, in order. */
  readonly mirrors: readonly RepositoryEndpoint[]
  /** Mirrors that cannot be reached, and are not tried again in this client's life. */
  readonly down: Set<RepositoryEndpoint['endpoint']>
}

/** What the first mirror that can, or else the registry itself, says. A mirror that is passed over is named in a notice. */
export async function readMirrored<Result>(
  { upstream, mirrors, down }: MirroredRepository,
  job: Job,
  read: (at: RepositoryEndpoint) => Promise<Result>,
): Promise<Result> {
  for (const mirror of mirrors) {
    if (down.has(mirror.endpoint)) continue
    try {
      return await read(mirror)
    } catch (error) {
      passOver(mirror, down, error, job)
    }
  }
  return read(upstream)
}

/** @throws what is no reason to ask somebody else. */
function passOver({ endpoint }: RepositoryEndpoint, down: MirroredRepository['down'], error: unknown, job: Job): void {
  job.signal.throwIfAborted()
  const isAboutPlace = error instanceof RegistryError || error instanceof ImageError
  if (!isAboutPlace || down.has(endpoint)) {
    if (isAboutPlace) return
    throw error
  }
  if (error.code === 'unreachable' || error.code === 'tls') down.add(endpoint)
  const message = `mirror ${endpoint.registry} is passed over: ${errorMessage(error)}`
  job.emit({ type: 'notice', level: 'info', message })
}

/** A blob's bytes from the first place that gives them. If that one breaks for good, the next goes on where it ended. */
export async function openMirroredBlob(
  repository: MirroredRepository,
  descriptor: Descriptor,
  job: Job,
  offsetBytes: number,
): Promise<ByteStream> {
  const opened = await readMirrored(repository, job, async (at) => ({
    at,
    stream: await openBlob(at, descriptor, job, offsetBytes),
  }))
  if (opened.at === repository.upstream) return opened.stream
  const rest = { ...repository, mirrors: repository.mirrors.slice(repository.mirrors.indexOf(opened.at) + 1) }
  return withFallback(opened.stream, offsetBytes, (error, position) => {
    passOver(opened.at, repository.down, error, job)
    return openMirroredBlob(rest, descriptor, job, position)
  })
}

async function* withFallback(
  stream: ByteStream,
  offsetBytes: number,
  next: (error: unknown, position: number) => Promise<ByteStream>,
): AsyncGenerator<Uint8Array> {
  let position = offsetBytes
  let failure: { readonly error: unknown } | undefined
  const chunks = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const step = await chunks.next().catch((error: unknown) => {
        failure = { error }
        return { done: true as const, value: undefined }
      })
      if (step.done === true) break
      position += step.value.length
      yield step.value
    }
  } finally {
    await chunks.return?.()
  }
  if (failure !== undefined) yield* await next(failure.error, position)
}

import type { DockerfileDocument } from '../dockerfile/document.ts'
import type { ContentSource } from '../image/content.ts'
import type { Descriptor, Platform } from '../image/descriptor.ts'
import type { Ulimit } from '../sandbox/process-spec.ts'
import type { Job } from '../std/job.ts'
import type { SourceTree } from './source-tree.ts'

/** A name that `FROM`, `COPY --from` and `--mount=from` may say, with what it stands for: `--build-context`. */
export type NamedContext =
  | { readonly kind: 'tree'; readonly tree: SourceTree }
  /** Another image than the name says: `docker-image://…`, `oci-layout://…`. */
  | { readonly kind: 'image'; readonly reference: string }

/** An image that a stage begins with or copies from, found and not fetched. */
export interface FoundImage {
  /** Of a manifest or an index. */
  readonly descriptor: Descriptor
  /** Where its content is read from. */
  readonly source: ContentSource
}

/** Finds images by their names. What it says of a name holds for the whole build. */
export interface ImageResolver {
  /** @throws what its places throw, with each place that was asked. */
  resolve(reference: string, platform: Platform, job: Job): Promise<FoundImage>
}

/** `--secret`: bytes that a RUN may see and nothing else may. */
export interface BuildSecret {
  read(job: Job): Promise<Uint8Array>
}

/** Who signs for the steps of a build: an agent of this machine, or keys that are held in memory. */
export interface SshAgent {
  /**
   * Answers one message of the agent protocol (RFC draft-ietf-sshm-ssh-agent), both without their length. What is asked beside the list of
   * keys and signatures is refused: a step can neither add nor take away keys, nor lock the agent.
   */
  answer(message: Uint8Array): Promise<Uint8Array>
}

/** `--network` of the build. */
export type BuildNetwork = 'default' | 'none' | 'host'

/** Everything that a build is told. */
export interface BuildRequest {
  readonly document: DockerfileDocument
  /** How messages call the Dockerfile. */
  readonly dockerfileName: string
  /** Undefined where there is none: a Dockerfile alone on standard input. */
  readonly context: SourceTree | undefined
  /** By their `contextName`. */
  readonly namedContexts: ReadonlyMap<string, NamedContext>
  readonly images: ImageResolver
  readonly buildArguments: ReadonlyMap<string, string>
  readonly target: string | undefined
  /** One image for each, in this order. */
  readonly platforms: readonly Platform[]
  readonly labels: ReadonlyMap<string, string>
  readonly secrets: ReadonlyMap<string, BuildSecret>
  /** By their ID. */
  readonly sshAgents: ReadonlyMap<string, SshAgent>
  readonly network: BuildNetwork
  readonly extraHosts: readonly { readonly name: string; readonly address: string }[]
  /** `--allow security.insecure` */
  readonly allowsInsecure: boolean
  /** `--shm-size` */
  readonly sharedMemoryBytes: number | undefined
  /** `--ulimit`: of the steps' processes, and of nothing that is kept. */
  readonly ulimits: readonly Ulimit[]
  /** The date of the build, in seconds since 1970: no time in the image is later. */
  readonly dateSeconds: number
  /** `--no-cache`, or the stages of `--no-cache-filter`. */
  readonly withoutCache: 'all' | ReadonlySet<string>
  readonly compression: { readonly format: 'gzip' | 'zstd' | 'none'; readonly level: number | undefined }
  /** `--ca-certificates host`: PEM files that RUN trusts beside the image's own. */
  readonly trustedCertificates: string | undefined
}

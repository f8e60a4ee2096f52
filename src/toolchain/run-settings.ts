import type { PublishedPort, ResourceLimits, SandboxMount } from '../sandbox/process-spec.ts'

/** How the process of an image is run. What is not said is as the image says it, or as docker has it. */
export interface ProcessSettings {
  /** In place of the image's `Cmd`. */
  readonly command?: readonly string[] | undefined
  /** In place of its `Entrypoint`, and then its `Cmd` is void; empty for none. */
  readonly entrypoint?: readonly string[] | undefined
  /** Beside those of the image, or in their place; undefined takes one away. */
  readonly environment?: ReadonlyMap<string, string | undefined> | undefined
  /** Absolute. */
  readonly workingDirectory?: string | undefined
  /** As in an image's config: `name`, `uid`, `name:group`, … */
  readonly user?: string | undefined
  /** By default a new one, or the machine's with its network. */
  readonly hostname?: string | undefined
  /** What is seen of this machine, and memory. */
  readonly mounts?: readonly SandboxMount[] | undefined
  /** Paths that are folders of the container's own, as the volumes of the image are. */
  readonly volumes?: readonly string[] | undefined
  /** By default `none`. */
  readonly network?: 'none' | 'host' | 'private' | undefined
  /** Ports of the machine that lead into a private network. */
  readonly publishedPorts?: readonly PublishedPort[] | undefined
  /** By default docker's. */
  readonly capabilities?: ReadonlySet<string> | undefined
  readonly isPrivileged?: boolean | undefined
  /** Its volumes can be written to. */
  readonly isRootReadOnly?: boolean | undefined
  /** By default pipes. */
  readonly terminal?: { readonly columns: number; readonly rows: number } | undefined
  readonly limits?: Partial<ResourceLimits> | undefined
  /** Of /dev/shm; by default 64 MiB. */
  readonly sharedMemoryBytes?: number | undefined
  readonly extraHosts?: readonly { readonly name: string; readonly address: string }[] | undefined
}

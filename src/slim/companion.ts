import type { ContainerMount } from '../container/container.ts'
import type { Digest } from '../image/digest.ts'
import type { Image } from '../image/image.ts'

/** How it is seen that a companion does its work: an image's HEALTHCHECK, or what a compose file says in its place. */
export interface CompanionHealth {
  /** Executed in the companion; it is well when this ends with 0. */
  readonly command: readonly string[]
  /** How long it may take until it is. */
  readonly timeoutMs: number
}

/** Where a companion has a volume. */
export interface SharedVolume {
  readonly name: string
  readonly target: string
  readonly isReadOnly: boolean
}

/** A service that an app talks to: it runs beside the app each time, from its image, and what it wrote is thrown away. */
export interface Companion {
  /** As others call it: a name of hosts, too. */
  readonly name: string
  /** What its image is called, and the manifest that it was found by; undefined where it was built. */
  readonly origin: { readonly reference: string; readonly manifest: Digest } | undefined
  /** With a command, user, … that are to be its own. */
  readonly image: Pick<Image, 'config' | 'layers'>
  /** Beside the image's own. */
  readonly environment: ReadonlyMap<string, string>
  readonly mounts: readonly ContainerMount[]
  /** Volumes that it may have together with others: those of one name are one, new each time. */
  readonly volumes: readonly SharedVolume[]
  /** Undefined: it is ready when it listens on a port, where it is known to do that. */
  readonly health: CompanionHealth | undefined
  readonly listens: boolean
  /** Whether whoever needs it waits for its end, and that with 0: a migration. */
  readonly runsToEnd: boolean
}

/** What runs beside an app. */
export interface Companions {
  /** Each behind those that it needs. */
  readonly list: readonly Companion[]
  /** Names by which they and the app reach each other: all are on one loopback. */
  readonly hostNames: readonly string[]
}

import type { ByteStream } from '../std/bytes.ts'
import type { UlimitName } from '../std/syscalls-limits.ts'

/** Something that a process sees in its root file system beside the image's own files. */
export type SandboxMount =
  /** A file or directory of the host, by absolute path. */
  | { readonly kind: 'bind'; readonly source: string; readonly target: string; readonly isReadOnly: boolean }
  /** Memory. `mode` are permission bits. Unless said, it is root's, can be written to, and programs in it can be run. */
  | {
      readonly kind: 'tmpfs'
      readonly target: string
      readonly sizeBytes: number | undefined
      readonly mode: number | undefined
      readonly uid?: number | undefined
      readonly gid?: number | undefined
      readonly isReadOnly?: boolean | undefined
      readonly forbidsPrograms?: boolean | undefined
    }

/** Who a process is. All numbers are as the image sees them. */
export interface ProcessUser {
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
}

/** How much a process may use; undefined is no bound. */
export interface ResourceLimits {
  readonly memoryBytes: number | undefined
  /** In processors: 0.5 is half of one. */
  readonly cpus: number | undefined
  /** Each at most once by its name; those that are not named are inherited. */
  readonly ulimits: readonly Ulimit[]
}

/** A limit of setrlimit(2) that each process has for itself, in the units there. Infinity is no limit. */
export interface Ulimit {
  readonly name: UlimitName
  readonly soft: number
  readonly hard: number
}

/** One process in one root file system: all that a runtime has to know. */
export interface ProcessSpec {
  /** Program and arguments; the program is looked for in the PATH of `environment`, inside of the root. */
  readonly arguments: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  /** Absolute, made where it is not there. */
  readonly workingDirectory: string
  readonly user: ProcessUser
  readonly hostname: string
  readonly mounts: readonly SandboxMount[]
  /** `none`: loopback alone. `host`: the host's. `private`: one of its own, that reaches out through pasta or slirp4netns. */
  readonly network: 'none' | 'host' | 'private'
  /** The file of a namespace of that kind that is there already, which processes have together; undefined: it gets its own. */
  readonly sharedNetwork?: string | undefined
  /** Ports of the host that lead into a `private` network. */
  readonly publishedPorts: readonly PublishedPort[]
  /** Names such as `CAP_NET_RAW`. */
  readonly capabilities: ReadonlySet<string>
  /** `--security=insecure`: every capability, no seccomp, nothing masked, the host's devices. */
  readonly isPrivileged: boolean
  readonly isRootReadOnly: boolean
  /** A terminal of that size; undefined for pipes. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined
  readonly limits: ResourceLimits
  /** The size of `/dev/shm`; undefined: 64 MiB. */
  readonly sharedMemoryBytes: number | undefined
  /** Lines of `/etc/hosts` beside the usual ones: `--add-host`. */
  readonly extraHosts: readonly { readonly name: string; readonly address: string }[]
}

/** `-p HOST:CONTAINER/PROTOCOL` */
export interface PublishedPort {
  readonly hostAddress: string
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp'
}

/** Where a process reads from and writes to. */
export interface ProcessStreams {
  /** Undefined: nothing can be read. */
  readonly input: ByteStream | undefined
  /** Nothing more is read from the process until what this gives is done: so whoever is slow slows the process. It never fails. */
  readonly output: (chunk: Uint8Array, stream: 'stdout' | 'stderr') => void | Promise<void>
}

/** How a process ended: a status, or the signal that ended it. */
export type ExitResult =
  { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'signaled'; readonly signal: NodeJS.Signals }

/** A process that runs. Aborting the job that it was started with kills it, with all that it has started. */
export interface RunningProcess {
  /**
   * How it ended; by then all that it has started is gone, and all that it wrote was handed on. Where a runtime cannot tell a signal
   * from a status, it is the status 128 + the signal's number, as shells have it.
   *
   * @throws SandboxError `cannot-start`, `no-sandbox`; the reason of the job's signal
   */
  readonly ended: Promise<ExitResult>
  /**
   * Paths of the root, absolute, that were not there and were made only so that something could be mounted there. No part of them is a
   * link.
   */
  readonly mountPoints: readonly string[]
  /** Whether the limits of memory and processors hold that were asked for. */
  readonly isLimited: boolean
  /** Its number in the PID namespace of this process, from the moment on from which it is there. */
  pid(): number | undefined
  /** Passes a signal on to the process in the sandbox. */
  kill(signal: NodeJS.Signals): void
  /** Of a process with a terminal. */
  resize(columns: number, rows: number): void
}

import type { Socket } from 'node:net'
import type { Digest } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import type { ExitResult, ProcessSpec, ProcessStreams, ProcessUser, SandboxMount } from '../sandbox/process-spec.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { SaidOutput } from '../std/said-output.ts'
import type { Job } from '../std/job.ts'

/** Something of another root file system, or of nobody's, that a container sees. */
export type ContainerMount =
  | SandboxMount
  /** A path of layers. What is written there is thrown away. */
  | {
      readonly kind: 'layers'
      readonly layers: readonly Layer[]
      readonly source: string
      readonly target: string
      readonly isReadOnly: boolean
    }
  /** A file in memory that only this process sees: a secret. */
  | {
      readonly kind: 'content'
      readonly content: Uint8Array
      readonly target: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }
  /** A directory of the host that belongs to the containers of this machine: a cache. Made with that owner where it is not there. */
  | {
      readonly kind: 'cache'
      readonly directory: string
      /** What it begins with when it is made; undefined: nothing. */
      readonly seed: { readonly layers: readonly Layer[]; readonly source: string } | undefined
      /** A path inside of it. */
      readonly source: string
      readonly target: string
      readonly isReadOnly: boolean
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }

/** A process in a container, as its user says it. */
export interface ContainerProcess extends Omit<ProcessSpec, 'user' | 'mounts' | 'sharedNetwork'> {
  /** As in an image's config: `name`, `uid`, `name:group`, …; it is looked up in the root's own files. */
  readonly user: string
  readonly mounts: readonly ContainerMount[]
  /** A network of the same kind that containers of this host have together; undefined: one of its own. */
  readonly sharedNetwork?: ContainerNetwork | undefined
}

/** A network for several containers of one host: one loopback, on which they reach each other. Disposing of it takes it away. */
export interface ContainerNetwork extends AsyncDisposable {
  readonly kind: 'none' | 'private'
  /** Among the networks of its host. */
  readonly number: number
}

/** How a container's changes become a layer. */
export interface CommitOptions {
  /** No time is later than this, in seconds since 1970. */
  readonly latestSeconds: number | undefined
}

/** What is to be seen of a container's processes. */
export interface OpenOptions {
  /**
   * Which files they open ({@link Container.accessed}), or which they look for in vain ({@link Container.missing}). Nothing unless told. What
   * changes in a container whose opened files are seen cannot become a layer.
   */
  readonly observed?: 'opened' | 'missing' | undefined
}

/** Files that were opened, by their real absolute paths in the root. Directories are among them that were listed. */
export interface ContainerAccesses {
  readonly opened: ReadonlySet<string>
  /** Programs, scripts, and their interpreters. */
  readonly executed: ReadonlySet<string>
}

/** How a further process ended, and what it said. */
export interface ExecuteOutcome extends SaidOutput {
  readonly result: ExitResult
}

/** What the processes of a container take. */
export interface ContainerMemory {
  /** Pages that several share counted once; undefined where nobody can tell. */
  readonly sizeBytes: number | undefined
  /** Whether the limits of memory and processors hold that the process was to have. */
  readonly isLimited: boolean
}

/** A writable root file system over layers, in which processes can be run. Disposing of it ends them and deletes what they wrote. */
export interface Container extends AsyncDisposable {
  /**
   * Runs a process to its end.
   *
   * @param onStarted called when there is a process that signals can be passed on to.
   * @throws SandboxError, SnapshotError; ContainerError `unknown-user`
   */
  run(process: ContainerProcess, streams: ProcessStreams, job: Job, onStarted?: () => void): Promise<ExitResult>
  /** Passes a signal on to the process that runs. */
  kill(signal: NodeJS.Signals): void
  /**
   * Asks the process that runs to end, and kills it after `graceMs`, or as soon as it is sure that it does not hear. Done when it was killed or
   * has ended.
   */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<undefined>
  /** The size of the terminal of the process that runs. */
  resize(columns: number, rows: number): void
  /** Who a user of an image's config is, by the root's own `/etc/passwd` and `/etc/group`. */
  findUser(user: string, job: Job): Promise<ProcessUser>
  /** When the process that runs began, in milliseconds of the machine's monotonic clock; waits for that. @throws ContainerError `not-running` */
  begun(job: Job): Promise<number>
  /** TCP ports that processes of the container listen on, sorted; none while nothing runs. */
  listeningPorts(job: Job): Promise<readonly number[]>
  /**
   * A TCP connection to a port of the container, whatever its network is: on the loopback, or on the address that is listened on.
   *
   * @throws ContainerError `cannot-connect`
   */
  connect(port: number, job: Job): Promise<Socket>
  /**
   * Runs a further process with the namespaces, the user, the environment, the rights and the working directory of the one that runs.
   *
   * @throws ContainerError `not-running`; SandboxError `cannot-start`
   */
  execute(command: readonly string[], job: Job): Promise<ExecuteOutcome>
  /** What its processes take at this moment. @throws ContainerError `not-running` */
  memory(job: Job): Promise<ContainerMemory>
  /** What was opened since the container was. @throws ContainerError `cannot-observe` */
  accessed(job: Job): Promise<ContainerAccesses>
  /** Paths of the root that were made, changed or deleted, without places of mounts, and without directories in which only others were. */
  written(job: Job): Promise<ReadonlySet<string>>
  /**
   * Absolute paths that processes looked for and did not find, each once, in that order, some thousands at most. To be asked for when the
   * process has ended.
   */
  missing(job: Job): Promise<readonly string[]>
  /** The plain tar of what changed since the container was opened; undefined where nothing did. */
  commit(options: CommitOptions, job: Job): Promise<ByteStream | undefined>
}

/** Opens containers, all in one process of its own that has its own mounts. Disposing of it ends them all. */
export interface ContainerHost extends AsyncDisposable {
  /**
   * @param layers from the lowest up.
   * @throws ContainerError `cannot-observe` where it is to be observed and the machine has no means for it
   */
  open(layers: readonly Layer[], job: Job, options?: OpenOptions): Promise<Container>
  /** `none`: nothing but a loopback. `private` reaches out, too. @throws SandboxError `no-sandbox` */
  openNetwork(kind: ContainerNetwork['kind'], job: Job): Promise<ContainerNetwork>
  /**
   * Starts what the first container will take, where one will surely be opened soon. What fails is told when it is. To be waited for
   * before more is loaded: it resolves when the start no longer depends on this process.
   */
  prepare(): Promise<void>
  /** Deletes what containers made on the machine: it may belong to users whom only the namespaces have. */
  remove(paths: readonly string[], job: Job): Promise<void>
  /** Deletes what containers of killed processes left behind. The first container that is opened does so too. */
  removeAbandoned(job: Job): Promise<void>
  /** Deletes what layers were unpacked to, where they are unpacked, but for those to keep and those that are in use. */
  removeUnpacked(keep: ReadonlySet<Digest>, job: Job): Promise<void>
}

import type { Duplex } from 'node:stream'
import type { ContainerHost, ContainerMemory, ContainerMount } from '../container/container.ts'
import type { Image } from '../image/image.ts'
import type { ExitResult } from '../sandbox/process-spec.ts'
import type { Job } from '../std/job.ts'
import type { SaidOutput } from '../std/said-output.ts'
import type { Companions } from './companion.ts'

/** How much an app may do. */
export interface Restraint {
  /** As in an image's config; undefined: the image's own. */
  readonly user: string | undefined
  readonly isRootReadOnly: boolean
  /** Names such as `CAP_NET_BIND_SERVICE`; undefined: those that Docker gives. */
  readonly capabilities: ReadonlySet<string> | undefined
}

/** An app to be started: an image, and what is different from what its config says. */
export interface AppLaunch {
  readonly image: Pick<Image, 'config' | 'layers'>
  /** In place of the image's CMD. */
  readonly command: readonly string[] | undefined
  /** Beside the image's own. */
  readonly environment: ReadonlyMap<string, string>
  readonly mounts: readonly ContainerMount[]
  /** `none`: a loopback of its own, reached from here all the same. `private` reaches out too. `host`: the host's. */
  readonly network: 'none' | 'private' | 'host'
  /** What runs beside it, on the same loopback: started before it, with nothing of an earlier run, and ended with it. */
  readonly companions?: Companions | undefined
  readonly restraint: Restraint
  /** What its processes may take together; undefined: no bound. */
  readonly memoryBytes?: number | undefined
  /** Whether it is to be seen which files are opened. Slower without root. */
  readonly isObserved: boolean
}

/** Files that were opened, by their real absolute paths in the root: links on the way are resolved. */
export interface AccessedFiles {
  readonly opened: ReadonlySet<string>
  /** Those that were executed: programs, scripts, and their interpreters. */
  readonly executed: ReadonlySet<string>
}

/** An app that runs. Disposing of it ends it and deletes what it wrote. */
export interface AppSession extends AsyncDisposable {
  /** How it ended, by itself or by {@link stop}. */
  readonly ended: Promise<ExitResult>
  /** From the start of the process until now, in milliseconds. */
  elapsedMs(): number
  /** So far. */
  output(): SaidOutput
  /** TCP ports that are listened on at this moment, in the app's network, sorted. */
  listeningPorts(job: Job): Promise<readonly number[]>
  /** A TCP connection to a port of the app, on its loopback or any address that it listens on. @throws SlimError `never-ready` */
  connect(port: number, job: Job): Promise<Duplex>
  /** Runs a further process in the app's namespaces, with its environment, user and working directory: a health check. */
  execute(command: readonly string[], job: Job): Promise<{ readonly result: ExitResult; readonly output: SaidOutput }>
  /** What its processes take at this moment. */
  memory(job: Job): Promise<ContainerMemory>
  /** What was opened since the start. Only where the launch is observed. */
  accessed(job: Job): Promise<AccessedFiles>
  /** Paths that were made or changed since the start, without the places of mounts. */
  written(job: Job): Promise<ReadonlySet<string>>
  /** Sends the image's stop signal, and kills what is left after `graceMs`. */
  stop(graceMs: number): Promise<ExitResult>
}

/** What apps are run with. */
export interface AppRunnerOptions {
  readonly host: ContainerHost
  /** The cache folder of layer indexes, as {@link indexLayer} has it. */
  readonly layersDirectory: string
  /** The machine's `PATH`, for strace(1). */
  readonly searchPath: string
}

/** Starts apps. */
export interface AppRunner {
  /** @throws what containers throw: SandboxError `cannot-start`, ContainerError `unknown-user`, … */
  start(launch: AppLaunch, job: Job): Promise<AppSession>
  /**
   * Runs an app under strace(1) while `drive` does something with it, and tells which absolute paths were looked for and not found
   * (ENOENT of open, stat, execve, readlink, access), in the order in which that happened. Undefined where strace is not installed.
   */
  findMissing(
    launch: AppLaunch,
    drive: (app: AppSession) => Promise<void>,
    job: Job,
  ): Promise<readonly string[] | undefined>
}

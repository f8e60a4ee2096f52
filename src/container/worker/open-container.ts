import type { Socket } from 'node:net'
import { writeTar } from '../../archive/tar-writer.ts'
import { findUser, homeOf } from '../../image/user.ts'
import { joinProcess } from '../../sandbox/join-process.ts'
import type { ProcessSpec, ProcessStreams, ProcessUser, RunningProcess } from '../../sandbox/process-spec.ts'
import { startProcess, type SandboxOptions } from '../../sandbox/start-process.ts'
import { openSnapshot } from '../../snapshot/open-snapshot.ts'
import type { WritableRoot, WritableSnapshot } from '../../snapshot/snapshot.ts'
import { assert } from '../../std/assert.ts'
import { ByteQueue } from '../../std/byte-queue.ts'
import { inLargePieces } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { removeTree } from '../../std/remove-tree.ts'
import { OutputKeeper } from '../../std/said-output.ts'
import { ContainerError } from '../errors.ts'
import type { Argument, Result, ToldAccesses, ToldProcess } from '../protocol/messages.ts'
import { ContainerNetwork } from './container-network.ts'
import { listenersOf, portsOf } from './listeners.ts'
import { memoryOf } from './memory-use.ts'
import { readAccountFiles } from './read-in-root.ts'
import { observeRoot } from './observe-root.ts'
import { stopProcess } from './stop-process.ts'
import { openTrace, type ProcessTrace } from './trace-process.ts'
import type { AccessWatch } from './watch-accesses.ts'
import { openMounts, type OpenLayers, type WorkerDirectories } from './worker-mounts.ts'

/** Who is told of a process. */
interface ProcessWatch {
  readonly output: ProcessStreams['output']
  readonly started: () => void
}

/** A process whose network, where it has one with others, is a file. */
type PlacedProcess = Omit<ToldProcess, 'sharedNetwork'> & Pick<ProcessSpec, 'sharedNetwork'>

/** A root over layers, in the process that can mount it. */
export class OpenContainer implements AsyncDisposable {
  readonly #root: WritableRoot
  /** Only of what can be made a layer. */
  readonly #snapshot: WritableSnapshot | undefined
  readonly #directories: WorkerDirectories
  readonly #openLayers: OpenLayers
  readonly #mountPoints = new Set<string>()
  readonly #watch: AccessWatch | undefined
  readonly #trace: ProcessTrace | undefined
  #lastPid: number | undefined
  #isRunning = false
  #spec: ProcessSpec | undefined
  #process: RunningProcess | undefined
  #network: ContainerNetwork | undefined
  #input: ByteQueue | undefined
  #commit: AsyncIterator<Uint8Array> | undefined

  private constructor(parts: {
    readonly root: WritableRoot
    readonly snapshot: WritableSnapshot | undefined
    readonly watch: AccessWatch | undefined
    readonly trace?: ProcessTrace
    readonly directories: WorkerDirectories
    readonly openLayers: OpenLayers
  }) {
    this.#root = parts.root
    this.#snapshot = parts.snapshot
    this.#watch = parts.watch
    this.#trace = parts.trace
    this.#directories = parts.directories
    this.#openLayers = parts.openLayers
  }

  static async open(
    { layerIds, observed }: Argument<'open'>,
    directories: WorkerDirectories,
    openLayers: OpenLayers,
    job: Job,
  ): Promise<OpenContainer> {
    const snapshot = await openSnapshot(await openLayers(layerIds, job), directories, job)
    if (observed === undefined) {
      return new OpenContainer({ root: snapshot, snapshot, watch: undefined, directories, openLayers })
    }
    if (observed === 'missing') {
      await using opened = new AsyncDisposableStack()
      opened.use(snapshot)
      const trace = openTrace(directories.scratchDirectory)
      opened.move()
      return new OpenContainer({ root: snapshot, snapshot, watch: undefined, trace, directories, openLayers })
    }
    const { root, watch } = await observeRoot(snapshot, directories.scratchDirectory, job)
    return new OpenContainer({ root, snapshot: undefined, watch, directories, openLayers })
  }

  async run(told: PlacedProcess, hasInput: boolean, watch: ProcessWatch, job: Job): Promise<Result<'run'>> {
    this.#isRunning = true
    try {
      return await this.#run(told, hasInput, watch, job)
    } finally {
      this.#isRunning = false
    }
  }

  async #run(
    told: PlacedProcess,
    hasInput: boolean,
    { output, started }: ProcessWatch,
    job: Job,
  ): Promise<Result<'run'>> {
    // Input may come at once.
    this.#input = hasInput ? new ByteQueue() : undefined
    if (told.isRootReadOnly && this.#watch?.seesReadOnlyRoots === false) {
      throw new ContainerError(
        'cannot-observe',
        'what is opened in a root that is read-only cannot be seen without root',
        {
          hint: 'Observe the app with a root that can be written to, or run wherry as root.',
        },
      )
    }
    const user = await this.findUser(told.user)
    await using opened = await openMounts(told.mounts, this.#directories, this.#openLayers, job)
    const environment = new Map(told.environment)
    if (!environment.has('HOME')) environment.set('HOME', homeOf(user.uid, readAccountFiles(this.#root.rootfs)))
    this.#spec = { ...told, environment, user, mounts: opened.mounts }
    const streams = { input: this.#input, output }
    const process = await startProcess(this.#spec, this.#root.rootfs, streams, this.#sandbox, job)
    for (const path of process.mountPoints) this.#mountPoints.add(path)
    this.#process = process
    started()
    try {
      return await process.ended
    } finally {
      this.#lastPid = process.pid()
      this.#process = undefined
      this.#input?.end()
      await this.#network?.[Symbol.asyncDispose]()
      this.#network = undefined
    }
  }

  get #sandbox(): SandboxOptions {
    return {
      scratchDirectory: this.#directories.scratchDirectory,
      environment: globalThis.process.env,
      wrapper: this.#trace?.wrapper,
      onPrepared: () => this.#watch?.begin(),
    }
  }

  async feed(chunk: Uint8Array | undefined): Promise<undefined> {
    if (chunk === undefined) this.#input?.end()
    else await this.#input?.push(chunk)
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  async stop(signal: NodeJS.Signals, graceMs: number, job: Job): Promise<undefined> {
    if (this.#process !== undefined) await stopProcess(this.#process, signal, graceMs, job)
  }

  resize(columns: number, rows: number): void {
    this.#process?.resize(columns, rows)
  }

  async findUser(text: string): Promise<Result<'findUser'>> {
    const found: ProcessUser | { readonly unknown: string; readonly name: string } = findUser(
      text,
      readAccountFiles(this.#root.rootfs),
    )
    if ('unknown' in found) {
      const file = found.unknown === 'user' ? '/etc/passwd' : '/etc/group'
      const message = `there is no ${found.unknown} ${JSON.stringify(found.name)} in ${file} of the image`
      throw new ContainerError('no-such-user', message, { hint: 'Add it in a RUN before, or give its number.' })
    }
    return { ...found, additionalGids: [...found.additionalGids] }
  }

  async begun(job: Job): Promise<number> {
    while (this.#isRunning) {
      if (this.#process?.pid() !== undefined) return monotonicMs()
      await job.clock.sleep(lookIntervalMs, job.signal)
    }
    throw notRunning()
  }

  listeningPorts(): readonly number[] {
    const pid = this.#process?.pid()
    return pid === undefined ? [] : portsOf(listenersOf(pid))
  }

  async connect(port: number, job: Job): Promise<Socket> {
    const pid = this.#process?.pid()
    if (pid === undefined) throw notRunning()
    this.#network ??= new ContainerNetwork(pid)
    return await this.#network.connect(port, job)
  }

  async execute(command: readonly string[], job: Job): Promise<Result<'execute'>> {
    const pid = this.#process?.pid()
    if (pid === undefined || this.#spec === undefined) throw notRunning()
    const keeper = new OutputKeeper()
    const streams = { input: undefined, output: keeper.add.bind(keeper) }
    const result = await joinProcess(pid, { ...this.#spec, arguments: command }, streams, this.#sandbox, job)
    return { result, ...keeper.said() }
  }

  memory(): Result<'memory'> {
    const pid = this.#process?.pid()
    if (pid === undefined) throw notRunning()
    return { sizeBytes: memoryOf(pid), isLimited: this.#process?.isLimited === true }
  }

  async accessed(job: Job): Promise<ToldAccesses> {
    assert(this.#watch !== undefined, 'a container is observed only where that was asked for')
    return await this.#watch.accessed(job)
  }

  async missing(job: Job): Promise<string[]> {
    assert(this.#trace !== undefined, 'a container is traced only where that was asked for')
    if (this.#lastPid === undefined || this.#spec === undefined) throw notRunning()
    const { workingDirectory } = this.#spec
    return [...(await this.#trace.missing({ pid: this.#lastPid, workingDirectory }, job))]
  }

  async written(job: Job): Promise<Set<string>> {
    const options = { latestSeconds: undefined, mountPoints: [...this.#mountPoints] }
    return new Set(await this.#root.changedPaths(options, job))
  }

  async beginCommit(latestSeconds: number | undefined, job: Job): Promise<boolean> {
    const options = { latestSeconds, mountPoints: [...this.#mountPoints] }
    assert(this.#snapshot !== undefined, 'of a container that is observed nobody makes a layer')
    const changes = this.#snapshot.changes(options, job)
    const first = await changes.next()
    if (first.done === true) return false
    const all = (async function* () {
      yield first.value
      yield* changes
    })()
    this.#commit = inLargePieces(writeTar(all, job), messageBytesMin)
    return true
  }

  async readCommit(): Promise<Uint8Array | undefined> {
    const next = await this.#commit?.next()
    return next === undefined || next.done === true ? undefined : next.value
  }

  async endCommit(): Promise<undefined> {
    await this.#commit?.return?.()
    this.#commit = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.kill('SIGKILL')
    await this.#process?.ended.catch(() => undefined)
    await this.endCommit()
    this.#watch?.[Symbol.dispose]()
    await this.#root[Symbol.asyncDispose]()
    await removeTree(this.#directories.scratchDirectory)
  }
}

const lookIntervalMs = 2

/** A message from one process to the other takes 0.4 ms, however small it is, and a layer may have a hundred thousand small files. */
const messageBytesMin = 256 * 1024

/** The same clock in all processes of a machine: clock_gettime(2), CLOCK_MONOTONIC. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

function notRunning(): ContainerError {
  return new ContainerError('not-running', 'nothing runs in the container')
}

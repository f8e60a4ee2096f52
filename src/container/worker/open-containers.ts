import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexedLayer } from '../../filetree/index-layer.ts'
import { LayerPool } from '../../filetree/layer-pool.ts'
import type { Digest } from '../../image/digest.ts'
import type { Layer } from '../../image/image.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { removeUnpackedLayers } from '../../snapshot/remove-unpacked.ts'
import type { Job } from '../../std/job.ts'
import { removeTree } from '../../std/remove-tree.ts'
import { openScratchFolder, removeAbandoned, type ScratchFolder } from '../../std/scratch-folder.ts'
import { assert } from '../../std/assert.ts'
import { ContainerError } from '../errors.ts'
import type { Argument, Result, ToldAnswer } from '../protocol/messages.ts'
import { OpenContainer } from './open-container.ts'
import { OpenNetworks } from './open-networks.ts'
import type { Handlers } from './handlers.ts'
import type { OpenLayers } from './worker-mounts.ts'

/** Everything that is open in this process. */
export class OpenContainers implements Handlers, AsyncDisposable {
  readonly #layersDirectory: string
  readonly #scratchDirectory: string
  readonly #send: (answer: ToldAnswer) => void
  /** They are indexed by whoever asks; here each is opened once. */
  readonly #layers: LayerPool
  readonly #containers = new Map<number, OpenContainer>()
  readonly #networks = new OpenNetworks()
  #scratch: Promise<ScratchFolder> | undefined
  /** Output that the other side has not handed on yet: until then nothing more is read of that stream. */
  readonly #untaken = new Map<number, () => void>()
  #lastNumber = 0
  #lastOutput = 0

  constructor(
    settings: { readonly layersDirectory: string; readonly scratchDirectory: string },
    send: (answer: ToldAnswer) => void,
  ) {
    this.#layersDirectory = settings.layersDirectory
    this.#layers = new LayerPool(settings.layersDirectory)
    this.#scratchDirectory = settings.scratchDirectory
    this.#send = send
  }

  async holdLayers({ layerIds }: Argument<'holdLayers'>, job: Job): Promise<undefined> {
    await this.#openLayers(layerIds, job)
  }

  async open({ layerIds, observed }: Argument<'open'>, job: Job): Promise<number> {
    const number = (this.#lastNumber += 1)
    this.#scratch ??= openScratchFolder(this.#scratchDirectory)
    const scratchDirectory = await mkdtemp(join((await this.#scratch).path, 'container-'))
    const directories = { layersDirectory: this.#layersDirectory, scratchDirectory }
    const openLayers: OpenLayers = (ids, inner) => this.#openLayers(ids, inner)
    this.#containers.set(number, await OpenContainer.open({ layerIds, observed }, directories, openLayers, job))
    return number
  }

  async openNetwork({ kind }: Argument<'openNetwork'>, job: Job): Promise<number> {
    this.#scratch ??= openScratchFolder(this.#scratchDirectory)
    return await this.#networks.open(kind, (await this.#scratch).path, job)
  }

  closeNetwork({ network }: Argument<'closeNetwork'>): Promise<undefined> {
    return this.#networks.close(network)
  }

  async close({ container }: Argument<'close'>): Promise<undefined> {
    const open = this.#containers.get(container)
    this.#containers.delete(container)
    await open?.[Symbol.asyncDispose]()
  }

  run({ container, process: told, hasInput }: Argument<'run'>, job: Job): Promise<Result<'run'>> {
    const output = (chunk: Uint8Array, stream: 'stdout' | 'stderr'): Promise<void> =>
      new Promise((resolve) => {
        const id = (this.#lastOutput += 1)
        this.#untaken.set(id, resolve)
        this.#send({ type: 'output', id, container, stream, chunk })
      })
    const started = (): void => this.#send({ type: 'started', container })
    const { sharedNetwork: network, ...process } = told
    const sharedNetwork = network === undefined ? undefined : this.#networks.file(network)
    return this.#get(container).run({ ...process, sharedNetwork }, hasInput, { output, started }, job)
  }

  /** The other side has handed on an output. */
  taken(id: number): void {
    this.#untaken.get(id)?.()
    this.#untaken.delete(id)
  }

  input({ container, chunk }: Argument<'input'>): Promise<undefined> {
    return this.#get(container).feed(chunk)
  }

  async kill({ container, signal }: Argument<'kill'>): Promise<undefined> {
    this.#get(container).kill(signal)
  }

  stop({ container, signal, graceMs }: Argument<'stop'>, job: Job): Promise<undefined> {
    return this.#get(container).stop(signal, graceMs, job)
  }

  async resize({ container, columns, rows }: Argument<'resize'>): Promise<undefined> {
    this.#get(container).resize(columns, rows)
  }

  findUser({ container, user }: Argument<'findUser'>): Promise<Result<'findUser'>> {
    return this.#get(container).findUser(user)
  }

  begun({ container }: Argument<'begun'>, job: Job): Promise<number> {
    return this.#get(container).begun(job)
  }

  execute({ container, command }: Argument<'execute'>, job: Job): Promise<Result<'execute'>> {
    return this.#get(container).execute(command, job)
  }

  async listeningPorts({ container }: Argument<'listeningPorts'>): Promise<Result<'listeningPorts'>> {
    return [...this.#get(container).listeningPorts()]
  }

  connect({ container, port }: Argument<'connect'>, job: Job): Promise<Result<'connect'>> {
    return this.#get(container).connect(port, job)
  }

  async memory({ container }: Argument<'memory'>): Promise<Result<'memory'>> {
    return this.#get(container).memory()
  }

  accessed({ container }: Argument<'accessed'>, job: Job): Promise<Result<'accessed'>> {
    return this.#get(container).accessed(job)
  }

  missing({ container }: Argument<'missing'>, job: Job): Promise<Result<'missing'>> {
    return this.#get(container).missing(job)
  }

  written({ container }: Argument<'written'>, job: Job): Promise<Result<'written'>> {
    return this.#get(container).written(job)
  }

  beginCommit({ container, latestSeconds }: Argument<'beginCommit'>, job: Job): Promise<boolean> {
    return this.#get(container).beginCommit(latestSeconds, job)
  }

  readCommit({ container }: Argument<'readCommit'>): Promise<Result<'readCommit'>> {
    return this.#get(container).readCommit()
  }

  endCommit({ container }: Argument<'endCommit'>): Promise<undefined> {
    return this.#get(container).endCommit()
  }

  async remove({ paths }: Argument<'remove'>): Promise<undefined> {
    for (const path of paths) await removeTree(path)
  }

  async removeAbandoned(): Promise<undefined> {
    await removeAbandoned(this.#scratchDirectory)
  }

  async removeUnpacked({ keep }: Argument<'removeUnpacked'>, job: Job): Promise<undefined> {
    await removeUnpackedLayers(this.#layersDirectory, new Set(keep), job)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const containers = [...this.#containers.values()]
    this.#containers.clear()
    await Promise.allSettled(containers.map((each) => each[Symbol.asyncDispose]()))
    await this.#networks[Symbol.asyncDispose]()
    await this.#layers[Symbol.asyncDispose]()
    const scratch = await this.#scratch?.catch(() => undefined)
    await scratch?.[Symbol.asyncDispose]()
  }

  #openLayers(ids: readonly Digest[], job: Job): Promise<readonly IndexedLayer[]> {
    return this.#layers.open(ids.map(indexedAlready), job)
  }

  #get(container: number): OpenContainer {
    const open = this.#containers.get(container)
    assert(open !== undefined, `there is no container ${container}`)
    return open
  }
}

function indexedAlready(diffId: Digest): Layer {
  return {
    descriptor: { mediaType: mediaTypes.ociLayer, digest: diffId, size: 0 },
    diffId,
    // oxlint-disable-next-line require-yield
    async *openTar() {
      throw new ContainerError('layer-gone', `the layer ${diffId} was removed while a container was opened on it`, {
        hint: 'Run this again when nothing prunes layers: it is indexed anew.',
      })
    },
  }
}

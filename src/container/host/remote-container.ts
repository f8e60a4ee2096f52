import type { Layer } from '../../image/image.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { createJob, type Job } from '../../std/job.ts'
import type { Container, ContainerMount, ContainerProcess } from '../container.ts'
import type { ToldMount, ToldProcess } from '../protocol/messages.ts'
import type { Connection } from './connection.ts'

/** Has the other process open layers. */
export type HoldLayers = (layers: readonly Layer[], job: Job) => Promise<void>

/** A container of the process in the namespaces. */
export function createRemoteContainer(connection: Connection, container: number, holdLayers: HoldLayers): Container {
  // What ends or is told while everything else is cancelled must still get through.
  const always = createJob()
  return {
    async run(process, streams, job, onStarted = () => undefined) {
      await holdLayers(process.mounts.flatMap(layersOf), job)
      connection.setListener(container, { output: streams.output, started: onStarted })
      try {
        const hasInput = streams.input !== undefined
        const ended = connection.call('run', { container, process: toldProcess(process), hasInput }, job)
        if (streams.input !== undefined) void feed(connection, container, streams.input, job)
        return await ended
      } finally {
        connection.setListener(container, undefined)
      }
    },
    kill(signal) {
      void connection.call('kill', { container, signal }, always).catch(() => undefined)
    },
    stop: (signal, graceMs) => connection.call('stop', { container, signal, graceMs }, always),
    resize(columns, rows) {
      void connection.call('resize', { container, columns, rows }, always).catch(() => undefined)
    },
    findUser: (user, job) => connection.call('findUser', { container, user }, job),
    begun: (job) => connection.call('begun', { container }, job),
    execute: (command, job) => connection.call('execute', { container, command: [...command] }, job),
    listeningPorts: (job) => connection.call('listeningPorts', { container }, job),
    connect: (port, job) => connection.call('connect', { container, port }, job),
    memory: (job) => connection.call('memory', { container }, job),
    accessed: (job) => connection.call('accessed', { container }, job),
    missing: (job) => connection.call('missing', { container }, job),
    written: (job) => connection.call('written', { container }, job),
    async commit({ latestSeconds }, job) {
      const isChanged = await connection.call('beginCommit', { container, latestSeconds }, job)
      return isChanged ? readTar(connection, container, job) : undefined
    },
    async [Symbol.asyncDispose]() {
      await connection.call('close', { container }, always).catch(() => undefined)
    },
  }
}

function layersOf(mount: ContainerMount): readonly Layer[] {
  if (mount.kind === 'layers') return mount.layers
  return mount.kind === 'cache' ? (mount.seed?.layers ?? []) : []
}

/** Hands on what a process is to read. A process that ends sooner does not care. */
async function feed(connection: Connection, container: number, input: ByteStream, job: Job): Promise<void> {
  try {
    for await (const chunk of input) await connection.call('input', { container, chunk }, job)
    await connection.call('input', { container, chunk: undefined }, job)
  } catch {
    // The process is gone, or what it read from is: it sees the end of its input either way.
  }
}

/** Asks for the next bytes while the last ones are used. */
async function* readTar(connection: Connection, container: number, job: Job): AsyncGenerator<Uint8Array> {
  const always = createJob()
  try {
    let next = connection.call('readCommit', { container }, job)
    for (;;) {
      const chunk = await next
      if (chunk === undefined) return
      next = connection.call('readCommit', { container }, job)
      next.catch(() => undefined)
      yield chunk
    }
  } finally {
    await connection.call('endCommit', { container }, always).catch(() => undefined)
  }
}

function toldProcess(process: ContainerProcess): ToldProcess {
  return {
    ...process,
    sharedNetwork: process.sharedNetwork?.number,
    arguments: [...process.arguments],
    environment: new Map(process.environment),
    mounts: process.mounts.map(toldMount),
    publishedPorts: [...process.publishedPorts],
    capabilities: new Set(process.capabilities),
    limits: { ...process.limits, ulimits: [...process.limits.ulimits] },
    extraHosts: [...process.extraHosts],
  }
}

function toldMount(mount: ContainerMount): ToldMount {
  if (mount.kind === 'layers') {
    const { layers, ...rest } = mount
    return { ...rest, layerIds: layers.map(({ diffId }) => diffId) }
  }
  if (mount.kind !== 'cache') return mount
  const { seed } = mount
  const layerIds = seed?.layers.map(({ diffId }) => diffId)
  return { ...mount, seed: seed === undefined ? undefined : { source: seed.source, layerIds: layerIds ?? [] } }
}

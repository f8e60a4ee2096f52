import assert from 'node:assert/strict'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { file, tarOf } from '../../test/support/layers.ts'
import type { Container, ContainerHost, ContainerProcess } from '../container/container.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { openFileTree } from '../filetree/file-tree.ts'
import { byteStream } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { openStore } from '../store/layout-store.ts'
import { build } from './build.ts'
import type { BuildRequest } from './build-request.ts'
import type { BuiltImage } from './built-image.ts'
import { folderTree } from './context/folder-tree.ts'
import { StepError } from './errors.ts'

/** What only those who observe a process ask for. */
const notAsked = (): Promise<never> => Promise.reject(new Error('a build does not ask that'))

/** Containers in which nothing runs: each process leaves the file `/ran` with its last word. `exit N` ends with that status. */
class FakeContainers implements ContainerHost {
  readonly processes: ContainerProcess[] = []
  readonly opened: number[] = []
  prepared = 0

  async open(layers: readonly unknown[]): Promise<Container> {
    this.opened.push(layers.length)
    let ran = ''
    return {
      run: async (process, streams) => {
        this.processes.push(process)
        ran = process.arguments.at(-1) ?? ''
        await streams.output(Buffer.from(`ran ${ran}\n`), 'stdout')
        return { kind: 'exited', status: Number(/^exit (\d+)$/.exec(ran)?.[1] ?? 0) }
      },
      commit: async () => (ran === 'true' ? undefined : byteStream(await tarOf([file('ran', ran)]))),
      findUser: async () => ({ uid: 0, gid: 0, additionalGids: [] }),
      kill: () => undefined,
      stop: async () => undefined,
      resize: () => undefined,
      begun: notAsked,
      listeningPorts: notAsked,
      connect: notAsked,
      execute: notAsked,
      memory: notAsked,
      accessed: notAsked,
      missing: notAsked,
      written: notAsked,
      [Symbol.asyncDispose]: async () => undefined,
    }
  }

  openNetwork = notAsked

  async prepare(): Promise<void> {
    this.prepared += 1
  }

  async remove(): Promise<void> {}
  async removeAbandoned(): Promise<void> {}
  async removeUnpacked(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

interface Workplace extends AsyncDisposable {
  readonly context: string
  readonly containers: FakeContainers
  build(text: string, parts?: Partial<BuildRequest>): Promise<BuiltImage>
  /** The text of a file of an image. */
  read(image: BuiltImage, path: string): Promise<string | undefined>
  /** When the files of an image, but for its root, were modified, in seconds since 1970. */
  timesOf(image: BuiltImage): Promise<readonly number[]>
  /** How each step of the last build ended, in the order in which they ended. */
  readonly outcomes: string[]
}

async function workplace(): Promise<Workplace> {
  const folder = await temporaryDirectory()
  const context = join(folder.path, 'context')
  await mkdir(context)
  const store = await openStore(join(folder.path, 'store'), createJob())
  const containers = new FakeContainers()
  const outcomes: string[] = []
  const job = createJob({
    emit: (event) => {
      if (event.type === 'task-done' && event.id.startsWith('step ')) outcomes.push(event.outcome)
    },
  })
  const places = {
    layersDirectory: join(folder.path, 'layers'),
    cacheDirectory: join(folder.path, 'cache'),
  }
  return {
    ...{ context, containers, outcomes },
    async build(text, parts = {}) {
      outcomes.length = 0
      const tree = await folderTree(
        context,
        { title: 'the build context', patterns: [], hashCacheDirectory: places.cacheDirectory },
        job,
      )
      await using _ = tree
      const images = await build(
        { ...plainRequest(text), context: tree, ...parts },
        { ...places, store, containers, cache: undefined },
        job,
      )
      assert(images[0] !== undefined)
      return images[0]
    },
    async read(image, path) {
      await using tree = await openFileTree(image, places.layersDirectory, job)
      const entry = tree.resolve(path)
      return entry === undefined ? undefined : Buffer.from(await tree.read(entry, 1000)).toString()
    },
    async timesOf(image) {
      await using tree = await openFileTree(image, places.layersDirectory, job)
      return Array.from(tree.entries()).flatMap(({ path, modified }) => (path === '/' ? [] : [modified.seconds]))
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function plainRequest(text: string): Omit<BuildRequest, 'context'> {
  return {
    ...{ document: parseDockerfile(text).document, dockerfileName: 'Dockerfile', namedContexts: new Map() },
    images: { resolve: () => Promise.reject(new Error('there is no image')) },
    ...{ buildArguments: new Map(), target: undefined, platforms: [{ os: 'linux', architecture: 'amd64' }] },
    ...{ labels: new Map(), secrets: new Map(), sshAgents: new Map(), network: 'default', extraHosts: [] },
    ...{
      allowsInsecure: false,
      sharedMemoryBytes: undefined,
      ulimits: [],
      dateSeconds: 1_700_000_000,
      withoutCache: new Set(),
    },
    ...{ compression: { format: 'gzip', level: undefined }, trustedCertificates: undefined },
  }
}

const text = 'FROM scratch AS one\nCOPY a /a\nRUN first\nFROM scratch\nCOPY --from=one /ran /b\nRUN second\n'

describe('a build', () => {
  test('makes a layer for each step that changes files, and runs what is needed on what is below', async () => {
    await using place = await workplace()
    await writeFile(join(place.context, 'a'), 'one')
    const image = await place.build(text)
    assert.deepEqual(place.containers.opened, [1, 1])
    assert.equal(image.layers.length, 2)
    assert.equal(await place.read(image, '/b'), 'first')
    assert.equal(await place.read(image, '/ran'), 'second')
    assert.equal(await place.read(image, '/a'), undefined)
    assert.deepEqual(
      image.config.history?.map((line) => line.empty_layer ?? false),
      [false, false],
    )
  })

  test('in which nothing changed runs nothing, and gives the same image', async () => {
    await using place = await workplace()
    await writeFile(join(place.context, 'a'), 'one')
    const before = await place.build(text)
    const { prepared } = place.containers
    await utimes(join(place.context, 'a'), 1, 1)
    const after = await place.build(text)
    assert.equal(place.containers.opened.length, 2)
    assert.equal(place.containers.prepared, prepared)
    assert.deepEqual(place.outcomes, ['cached', 'cached', 'cached', 'cached'])
    assert.deepEqual(after.config, before.config)
  })

  test('needs neither the layer cache nor containers for that', async () => {
    await using place = await workplace()
    await writeFile(join(place.context, 'a'), 'one')
    await place.build(text)
    const layers = join(place.context, '..', 'layers')
    await rm(layers, { recursive: true })
    await place.build(text)
    await assert.rejects(readdir(layers), { code: 'ENOENT' })
  })

  test('runs again what is behind a file that changed, and nothing else', async () => {
    await using place = await workplace()
    await writeFile(join(place.context, 'a'), 'one')
    await place.build(text)
    await writeFile(join(place.context, 'a'), 'two')
    await place.build(text)
    // The first stage came to the same file again, so the second is as it was.
    assert.deepEqual(place.outcomes.toSorted(), ['cached', 'cached', 'done', 'done'])
    assert.equal(place.containers.processes.length, 3)
  })

  test('without a cache, or without that of a stage, does all of it, or that stage, again', async () => {
    await using place = await workplace()
    await writeFile(join(place.context, 'a'), 'one')
    await place.build(text)
    await place.build(text, { withoutCache: 'all' })
    assert.deepEqual(place.outcomes, ['done', 'done', 'done', 'done'])
    await place.build(text, { withoutCache: new Set(['one']) })
    assert.deepEqual(place.outcomes.toSorted(), ['cached', 'cached', 'done', 'done'])
  })

  test('of a step that changes nothing has no layer for it', async () => {
    await using place = await workplace()
    const image = await place.build('FROM scratch\nRUN first\nRUN true\nRUN second')
    assert.equal(image.layers.length, 2)
    assert.deepEqual(
      image.config.history?.map((line) => line.empty_layer ?? false),
      [false, true, false],
    )
  })

  test('prepares for a RUN when a step before it is not in the cache', async () => {
    await using place = await workplace()
    await writeFile(join(place.context, 'a'), 'one')
    await place.build('FROM scratch\nCOPY a /a\n')
    assert.equal(place.containers.prepared, 0)
    await writeFile(join(place.context, 'a'), 'two')
    await place.build('FROM scratch\nCOPY a /a\nRUN true\n')
    assert.equal(place.containers.prepared, 2)
  })

  test('does only what the target takes', async () => {
    await using place = await workplace()
    await place.build('FROM scratch AS a\nRUN one\nFROM scratch AS b\nRUN two\nFROM a AS c\nRUN three', { target: 'b' })
    assert.deepEqual(
      place.containers.processes.map((process) => process.arguments.at(-1)),
      ['two'],
    )
  })

  test('does equal steps of two stages once', async () => {
    await using place = await workplace()
    const stages = 'FROM scratch AS a\nRUN one\nFROM scratch AS b\nRUN one\n'
    await place.build(`${stages}FROM scratch\nCOPY --from=a / /a/\nCOPY --from=b / /b/`)
    assert.equal(place.containers.processes.length, 1)
  })

  test('gives the layers the compression that was asked for, also those of the cache', async () => {
    await using place = await workplace()
    const gzip = await place.build('FROM scratch\nRUN first')
    const zstd = await place.build('FROM scratch\nRUN first', { compression: { format: 'zstd', level: undefined } })
    assert.equal(place.containers.processes.length, 1)
    assert.match(gzip.layers[0]?.descriptor.mediaType ?? '', /gzip$/)
    assert.match(zstd.layers[0]?.descriptor.mediaType ?? '', /zstd$/)
    assert.equal(zstd.layers[0]?.diffId, gzip.layers[0]?.diffId)
  })

  test('of a command that fails says which, with its status, its place and what it said', async () => {
    await using place = await workplace()
    const source = 'FROM scratch AS base\nRUN one\nRUN exit 7'
    await assert.rejects(place.build(source), (error) => {
      assert(error instanceof StepError)
      assert.equal(error.code, 'command-failed')
      assert.match(error.message, /RUN exit 7 ended with status 7/)
      assert.match(error.title, /^\[base 3\/3\] RUN exit 7$/)
      assert.equal(source.slice(error.place.start, error.place.end), 'RUN exit 7')
      assert.deepEqual(error.output, ['ran exit 7'])
      return true
    })
    // What was done before it is done.
    await assert.rejects(place.build(source), StepError)
    assert.deepEqual(place.outcomes, ['cached'])
  })

  test('keeps secrets out of its keys, and cannot do without those that are required', async () => {
    await using place = await workplace()
    const secret = (value: string): BuildRequest['secrets'] =>
      new Map([['s', { read: () => Promise.resolve(Buffer.from(value)) }]])
    const source = 'FROM scratch\nRUN --mount=type=secret,id=s,required=true one'
    await place.build(source, { secrets: secret('first') })
    await place.build(source, { secrets: secret('second') })
    assert.deepEqual(place.outcomes, ['cached'])
    await assert.rejects(place.build(source, { withoutCache: 'all' }), { code: 'missing-secret' })
  })

  test('has nothing newer than its date', async () => {
    await using place = await workplace()
    await mkdir(join(place.context, 'folder'))
    await writeFile(join(place.context, 'folder', 'new'), 'x')
    const image = await place.build('FROM scratch\nCOPY . /')
    assert.equal(image.config.created, '2023-11-14T22:13:20.000Z')
    const times = await place.timesOf(image)
    assert.deepEqual([...new Set(times)], [1_700_000_000])
  })
})

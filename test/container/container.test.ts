import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readTar } from '../../src/archive/tar-reader.ts'
import type { Container, ContainerHost, ContainerMount, ContainerProcess } from '../../src/container/container.ts'
import { createContainerHost } from '../../src/container/create-host.ts'
import { defaultCapabilities } from '../../src/sandbox/capabilities.ts'
import { createJob, type Job } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { busyboxSkipReason } from '../support/busybox-image.ts'
import { skipUnlessRoot } from '../support/engines.ts'
import { directory, file, layerOf, symbolicLink } from '../support/layers.ts'

const skip = skipUnlessRoot('unshare', 'setpriv') || busyboxSkipReason
const job = createJob()

interface Place extends AsyncDisposable {
  readonly path: string
  readonly host: ContainerHost
  /** Opens a container on busybox and runs a script in it. @returns its status and what it said. */
  run(container: Container, script: string, parts?: Partial<ContainerProcess>, job?: Job): Promise<string>
  open(job?: Job): Promise<Container>
}

async function place(): Promise<Place> {
  const folder = await temporaryDirectory()
  const host = createContainerHost({
    layersDirectory: join(folder.path, 'layers'),
    scratchDirectory: join(folder.path, 'scratch'),
  })
  const busybox = await layerOf([
    ...[directory('bin'), directory('etc'), directory('tmp', { mode: 0o1777 })],
    file('bin/busybox', await readFile('/bin/busybox'), { mode: 0o755 }),
    ...['sh', 'cat', 'ls', 'id', 'rm', 'echo', 'sleep', 'touch', 'stat', 'mkdir'].map((name) =>
      symbolicLink(`bin/${name}`, 'busybox'),
    ),
    file('etc/passwd', 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n'),
    file('etc/group', 'root:x:0:\nada:x:1000:\nstaff:x:50:ada\n'),
    file('old', 'old'),
  ])
  return {
    ...{ path: folder.path, host },
    open: (openJob = job) => host.open([busybox], openJob),
    async run(container, script, parts = {}, runJob = job) {
      const said: Uint8Array[] = []
      const streams = { input: undefined, output: (chunk: Uint8Array) => void said.push(chunk) }
      const ended = await container.run({ ...shell(script), ...parts }, streams, runJob)
      const text = Buffer.concat(said).toString()
      return ended.kind === 'exited' && ended.status === 0 ? text : `${text}${JSON.stringify(ended)}`
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function shell(script: string): ContainerProcess {
  return {
    ...{ arguments: ['/bin/sh', '-c', script], environment: new Map([['PATH', '/bin']]), workingDirectory: '/' },
    ...{ user: '', hostname: 'test', mounts: [], network: 'none', publishedPorts: [], terminal: undefined },
    ...{ capabilities: defaultCapabilities, isPrivileged: false, isRootReadOnly: false, extraHosts: [] },
    limits: { memoryBytes: undefined, cpus: undefined, ulimits: [] },
    ...{ sharedMemoryBytes: undefined },
  }
}

async function changesOf(container: Container): Promise<readonly string[]> {
  const tar = await container.commit({ latestSeconds: 1000 }, job)
  const found: string[] = []
  if (tar !== undefined) for await (const { entry } of readTar(tar, job)) found.push(`${entry.kind} ${entry.path}`)
  return found
}

describe('a container', { skip, timeout: 120_000 }, () => {
  test('runs processes one after the other in one root, and writes down what changed', async () => {
    await using at = await place()
    await using container = await at.open()
    assert.equal(await at.run(container, 'echo one > /new; echo two > /bin/more; rm /old'), '')
    assert.equal(await at.run(container, 'cat /new'), 'one\n')
    assert.deepEqual(await changesOf(container), ['file .wh.old', 'directory bin/', 'file bin/more', 'file new'])
  })

  test('in which nothing changed has nothing to write down, whatever was mounted', async () => {
    await using at = await place()
    await using container = await at.open()
    const mounts: readonly ContainerMount[] = [
      { kind: 'tmpfs', target: '/made/for/it', sizeBytes: undefined, mode: undefined },
      { kind: 'content', content: Buffer.from('secret'), target: '/run/secrets/s', mode: 0o400, uid: 0, gid: 0 },
    ]
    assert.equal(await at.run(container, 'cat /run/secrets/s; touch /made/for/it/x', { mounts }), 'secret')
    assert.deepEqual(await changesOf(container), [])
    assert.equal(await at.run(container, 'cat /run/secrets/s; ls /made/for/it'), '')
  })

  test('tells how a process ended, and what it said', async () => {
    await using at = await place()
    await using container = await at.open()
    assert.equal(await at.run(container, 'echo said; exit 7'), 'said\n{"kind":"exited","status":7}')
  })

  test('knows users by the root of its own', async () => {
    await using at = await place()
    await using container = await at.open()
    assert.match(
      await at.run(container, 'id; echo $HOME', { user: 'ada' }),
      /uid=1000\(ada\).*50\(staff\).*\n\/home\/ada\n/,
    )
    assert.deepEqual(await container.findUser('ada', job), { uid: 1000, gid: 1000, additionalGids: [1000, 50] })
    await assert.rejects(container.findUser('bob', job), { code: 'no-such-user' })
  })

  test('shows layers, of which nothing that is written stays', async () => {
    await using at = await place()
    const layers = [await layerOf([directory('a'), file('a/b', 'content')])]
    const mount = { kind: 'layers', layers, source: '/a', target: '/seen' } as const
    await using container = await at.open()
    const mounts = [{ ...mount, isReadOnly: false }]
    assert.equal(await at.run(container, 'echo x > /seen/c; ls /seen', { mounts }), 'b\nc\n')
    assert.equal(await at.run(container, 'ls /seen', { mounts }), 'b\n')
    const readOnly = await at.run(container, 'touch /seen/c', { mounts: [{ ...mount, isReadOnly: true }] })
    assert.match(readOnly, /Read-only/)
    const missing = [{ ...mount, source: '/nowhere', isReadOnly: true }]
    await assert.rejects(at.run(container, 'true', { mounts: missing }), { code: 'no-mount-source' })
  })

  test('opens and shows layers that somebody prunes between their indexing and their opening', async () => {
    await using at = await place()
    const pruned = new Set<string>()
    const pruning = createJob({
      emit: (event) => {
        if (event.type !== 'task-done' || pruned.has(event.id)) return
        pruned.add(event.id)
        rmSync(join(at.path, 'layers/sha256'), { recursive: true })
      },
    })
    await using container = await at.open(pruning)
    const layers = [await layerOf([file('word', 'keel')])]
    const mounts = [{ kind: 'layers', layers, source: '/', target: '/seen', isReadOnly: true }] as const
    assert.equal(await at.run(container, 'cat /seen/word', { mounts }, pruning), 'keel')
    assert.equal(pruned.size, 2)
  })

  test('keeps a cache for the next one', async () => {
    await using at = await place()
    const cache = {
      kind: 'cache',
      directory: join(at.path, 'cache'),
      seed: undefined,
      source: '/',
      target: '/c',
    } as const
    const mounts = [{ ...cache, isReadOnly: false, mode: 0o750, uid: 1000, gid: 50 }]
    await using first = await at.open()
    assert.equal(await at.run(first, 'stat -c "%u %g %a" /c; echo kept > /c/x', { mounts }), '1000 50 750\n')
    await using second = await at.open()
    assert.equal(await at.run(second, 'cat /c/x', { mounts }), 'kept\n')
  })

  test('may begin a cache with files of layers, once', async () => {
    await using at = await place()
    const layers = [await layerOf([directory('from'), file('from/x', 'given', { uid: 7, gid: 8, mode: 0o640 })])]
    const cache = { kind: 'cache', directory: join(at.path, 'cache'), source: '/', target: '/c' } as const
    const seed = { layers, source: '/from' }
    const mounts = [{ ...cache, seed, isReadOnly: false, mode: 0o755, uid: 0, gid: 0 }]
    await using container = await at.open()
    const script = 'stat -c "%u %g %a" /c/x; cat /c/x; echo -n changed > /c/x'
    assert.equal(await at.run(container, script, { mounts }), '7 8 640\ngiven')
    assert.equal(await at.run(container, 'cat /c/x', { mounts }), 'changed')
    assert.deepEqual(
      (await readdir(at.path)).filter((name) => name.startsWith('cache')),
      ['cache'],
    )
  })

  test('whose job is cancelled ends, and leaves the others alone', async () => {
    await using at = await place()
    await using container = await at.open()
    await using other = await at.open()
    const controller = new AbortController()
    const streams = { input: undefined, output: () => controller.abort(new Error('enough')) }
    const running = container.run(shell('echo started; sleep 1000'), streams, createJob({ signal: controller.signal }))
    await assert.rejects(running, /enough/)
    assert.equal(await at.run(other, 'echo well'), 'well\n')
  })

  test('is read from and written to', async () => {
    await using at = await place()
    await using container = await at.open()
    const said: Uint8Array[] = []
    const input = (async function* () {
      yield Buffer.from('first ')
      yield Buffer.from('second')
    })()
    await container.run(shell('cat'), { input, output: (chunk) => void said.push(chunk) }, job)
    assert.equal(Buffer.concat(said).toString(), 'first second')
  })
})

test('a host that is let go leaves nothing behind', { skip, timeout: 120_000 }, async () => {
  await using at = await place()
  {
    await using container = await at.open()
    await at.run(container, 'touch /x')
  }
  await at.host[Symbol.asyncDispose]()
  assert.deepEqual(await readdir(join(at.path, 'scratch')), [])
  assert.doesNotMatch(await readFile('/proc/self/mountinfo', 'utf8'), new RegExp(at.path))
})

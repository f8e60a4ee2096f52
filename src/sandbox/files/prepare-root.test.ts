import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory, type TemporaryDirectory } from '../../std/temporary.ts'
import { SandboxError } from '../errors.ts'
import type { ProcessSpec } from '../process-spec.ts'
import { prepareRoot, type PreparedRoot } from './prepare-root.ts'

const usual: ProcessSpec = {
  ...{ arguments: ['true'], environment: new Map(), workingDirectory: '/', hostname: 'box', mounts: [] },
  ...{ user: { uid: 0, gid: 0, additionalGids: [] }, network: 'none', publishedPorts: [], capabilities: new Set() },
  ...{ isPrivileged: false, isRootReadOnly: false, terminal: undefined, extraHosts: [], sharedMemoryBytes: undefined },
  limits: { memoryBytes: undefined, cpus: undefined, ulimits: [] },
}

interface Box extends TemporaryDirectory {
  readonly root: string
  prepare(spec: Partial<ProcessSpec>): PreparedRoot
}

async function newBox(): Promise<Box> {
  const temporary = await temporaryDirectory()
  const root = join(temporary.path, 'root')
  mkdirSync(root)
  const prepare = (spec: Partial<ProcessSpec>): PreparedRoot =>
    prepareRoot({ ...usual, ...spec }, root, join(temporary.path, 'scratch'), undefined)
  return { ...temporary, root, prepare }
}

const memory = (target: string): ProcessSpec['mounts'] => [
  { kind: 'tmpfs', target, sizeBytes: undefined, mode: undefined },
]
const isRefusal = (error: unknown): boolean => error instanceof SandboxError && error.code === 'cannot-start'

describe('a root made ready', () => {
  test('mounts nothing over what protects the machine, by whatever name', async () => {
    await using box = await newBox()
    symlinkSync('/proc', join(box.root, 'p'))
    for (const target of ['/', '/proc', '/proc/self', '/a/../proc/sys', '/p', '/p/sys', '/dev', '/sys']) {
      assert.throws(() => box.prepare({ mounts: memory(target) }), isRefusal, target)
    }
    assert.ok(box.prepare({ mounts: memory('/processes') }).mountPoints.includes('/processes'))
  })

  test('is refused when its /proc, /sys or /dev is a link', async () => {
    for (const name of ['proc', 'sys', 'dev']) {
      await using box = await newBox()
      symlinkSync('/bin', join(box.root, name))
      assert.throws(() => box.prepare({}), isRefusal, name)
    }
  })

  test('has no working directory that leads into /proc (CVE-2024-21626)', async () => {
    await using box = await newBox()
    symlinkSync('/proc/self/fd', join(box.root, 'open'))
    // The runtimes make this one, which leads there.
    symlinkSync('/dev/fd', join(box.root, 'devices'))
    symlinkSync('open', join(box.root, 'again'))
    for (const workingDirectory of [
      '/proc/self/fd/7',
      '/proc',
      '/open/7',
      '/again/7',
      '/dev/fd/7',
      '/dev/stdin',
      '/devices/7',
      'relative',
    ]) {
      assert.throws(() => box.prepare({ workingDirectory }), isRefusal, workingDirectory)
    }
  })

  test('keeps its working directory, which is no trace of a mount', async () => {
    await using box = await newBox()
    const { mountPoints } = box.prepare({ workingDirectory: '/made/deep', mounts: memory('/made/memory') })
    assert.ok(existsSync(join(box.root, 'made/deep')))
    assert.ok(!mountPoints.includes('/made/deep'))
  })

  test("gives a user's own /etc/hosts, and names the host in ours", async () => {
    await using box = await newBox()
    const own = { kind: 'bind', source: '/dev/null', target: '/etc/hosts', isReadOnly: true } as const
    const hosts = box.prepare({ mounts: [own] }).mounts.filter(({ target }) => target === '/etc/hosts')
    assert.deepEqual(hosts, [own])
    box.prepare({ extraHosts: [{ name: 'mirror', address: '10.1.2.3' }] })
    const text = readFileSync(join(box.path, 'scratch/hosts'), 'utf8')
    assert.ok(text.endsWith('10.1.2.3\tmirror\n127.0.0.1\tbox\n'), text)
  })
})

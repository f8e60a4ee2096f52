import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '../../std/temporary.ts'
import { SandboxError } from '../errors.ts'
import type { ProcessSpec, SandboxMount } from '../process-spec.ts'
import { checkProgram } from './check-program.ts'

const usual: Omit<ProcessSpec, 'arguments'> = {
  ...{ environment: new Map([['PATH', '/usr/bin:/bin']]), workingDirectory: '/', hostname: 'box', mounts: [] },
  ...{ user: { uid: 0, gid: 0, additionalGids: [] }, network: 'none', publishedPorts: [], capabilities: new Set() },
  ...{ isPrivileged: false, isRootReadOnly: false, terminal: undefined, extraHosts: [] },
  limits: { memoryBytes: undefined, cpus: undefined, ulimits: [] },
  sharedMemoryBytes: undefined,
}

/** A 64-bit ELF file for a processor, that names what loads it. */
function elfFile(machine: number, loader: string): Buffer {
  const bytes = Buffer.alloc(256)
  bytes.write('\x7fELF', 'latin1')
  bytes.set([2, 1, 1], 4)
  bytes.writeUInt16LE(machine, 18)
  bytes.writeBigUInt64LE(64n, 32)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(1, 56)
  bytes.writeUInt32LE(3, 64)
  bytes.writeBigUInt64LE(128n, 72)
  bytes.writeBigUInt64LE(BigInt(loader.length + 1), 96)
  bytes.write(loader, 128)
  return bytes
}

const own = process.arch === 'arm64' ? 183 : 62

async function failureOf(
  files: Readonly<Record<string, string | Buffer>>,
  name: string,
  options: {
    readonly mode?: number
    readonly mounts?: readonly SandboxMount[]
    readonly links?: Readonly<Record<string, string>>
  } = {},
): Promise<string | undefined> {
  await using temporary = await temporaryDirectory()
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(temporary.path, dirname(path)), { recursive: true })
    writeFileSync(join(temporary.path, path), content, { mode: options.mode ?? 0o755 })
  }
  for (const [path, target] of Object.entries(options.links ?? {})) symlinkSync(target, join(temporary.path, path))
  try {
    checkProgram({ ...usual, arguments: [name] }, temporary.path, options.mounts ?? [])
    return undefined
  } catch (error) {
    assert.ok(error instanceof SandboxError)
    assert.equal(
      error.code,
      error.message.endsWith(' is not in the image') && !/ needs /.test(error.message)
        ? 'no-such-program'
        : 'cannot-start',
    )
    return `${error.message} | ${error.hint ?? ''}`
  }
}

describe('why a program cannot start', () => {
  test('there is nothing to say of one that can', async () => {
    assert.equal(await failureOf({ 'bin/sh': elfFile(own, '/lib/loader'), 'lib/loader': '' }, 'sh'), undefined)
    assert.equal(await failureOf({ 'bin/run': '#!/bin/sh\n', 'bin/sh': '' }, '/bin/run'), undefined)
    assert.equal(await failureOf({ 'opt/run': 'x' }, '/start', { links: { start: '/opt/run' } }), undefined)
  })

  test('it is not there; a shell, or one with a name like it', async () => {
    assert.match(
      (await failureOf({}, '/bin/sh')) ?? '',
      /^\/bin\/sh is not in the image \| The image has no such shell/,
    )
    assert.match((await failureOf({ 'usr/bin/python3': '' }, 'pyhton3')) ?? '', /Did you mean python3\?$/)
  })

  test('it may not be executed, or is a directory', async () => {
    assert.match((await failureOf({ 'bin/run': '' }, 'run', { mode: 0o644 })) ?? '', /--chmod=755/)
    assert.match((await failureOf({ 'bin/run/x': '' }, 'run')) ?? '', /is a directory/)
  })

  test('its interpreter or its loader is missing', async () => {
    assert.match((await failureOf({ 'bin/run': '#!/bin/bash -e\n' }, 'run')) ?? '', /\/bin\/run needs "\/bin\/bash"/)
    assert.match((await failureOf({ 'bin/run': '#!/bin/sh\r\n', 'bin/sh': '' }, 'run')) ?? '', /carriage return/)
    assert.match((await failureOf({ 'bin/run': elfFile(own, '/lib/ld-musl.so.1') }, 'run')) ?? '', /another C library/)
  })

  test('its interpreter is a link that leads to nothing, as in a virtual environment of another image', async () => {
    const files = { 'venv/bin/serve': '#!/venv/bin/python\n' }
    const links = { 'venv/bin/python': '/usr/local/bin/python3' }
    assert.match(
      (await failureOf(files, '/venv/bin/serve', { links })) ?? '',
      /needs "\/venv\/bin\/python", a link to "\/usr\/local\/bin\/python3", which is not in the image \| A virtual environment/,
    )
  })

  test('it is for another processor', async () => {
    assert.match(
      (await failureOf({ 'bin/run': elfFile(258, '/lib/x') }, 'run')) ?? '',
      /processor loongarch64.*qemu-user-static/,
    )
  })

  test('what a mount may hide is not judged', async () => {
    const mounts = [{ kind: 'tmpfs', target: '/usr/bin', sizeBytes: undefined, mode: undefined }] as const
    assert.equal(await failureOf({}, 'anything', { mounts }), undefined)
    const links = { bin: 'usr/bin' }
    assert.equal(await failureOf({ 'usr/bin/x': '' }, '/bin/x', { mode: 0o644, links, mounts }), undefined)
  })
})

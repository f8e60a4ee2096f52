import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultCapabilities } from '../capabilities.ts'
import { allowedCalls, callsOfCapabilities } from './allowed-calls.ts'
import { callNumber, type CallTable } from './call-numbers.ts'
import { compileFilter } from './filter.ts'

const architectures = { x64: 0xc000_003e, i386: 0x4000_0003, arm64: 0xc000_00b7, arm: 0x4000_0028 } as const
const answers = new Map([
  [0x7fff_0000, 'allow'],
  [0x0005_0001, 'EPERM'],
  [0x0005_0026, 'ENOSYS'],
])

/** What the kernel would answer: an interpreter of the instructions that seccomp(2) takes. */
function ask(program: Uint8Array, architecture: number, number: number, values: readonly number[] = []): string {
  const code = Buffer.from(program)
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number, 0)
  data.writeUInt32LE(architecture, 4)
  for (const [index, value] of values.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index)
  let accumulator = 0
  for (let at = 0; at < code.length / 8; at += 1) {
    const [kind, ifTrue, ifFalse] = [code.readUInt16LE(at * 8), code.readUInt8(at * 8 + 2), code.readUInt8(at * 8 + 3)]
    const value = code.readUInt32LE(at * 8 + 4)
    if (kind === 0x20) accumulator = data.readUInt32LE(value)
    else if (kind === 0x54) accumulator = (accumulator & value) >>> 0
    else if (kind === 0x05) at += value
    else if (kind === 0x15) at += accumulator === value ? ifTrue : ifFalse
    else if (kind === 0x35) at += accumulator >= value ? ifTrue : ifFalse
    else if (kind === 0x06) return answers.get(value) ?? String(value)
    else assert.fail(`instruction ${kind}`)
  }
  return assert.fail('it ends without an answer')
}

function filterFor(capabilities: ReadonlySet<string>, processor: string): Uint8Array {
  const filter = compileFilter(capabilities, processor)
  assert.ok(filter !== undefined)
  return filter
}

const processors: readonly (readonly [string, CallTable])[] = [
  ['x64', 'x64'],
  ['x64', 'i386'],
  ['arm64', 'arm64'],
  ['arm64', 'arm'],
]
const withConditions = new Set(['clone', 'clone3', 'personality', 'socket'])
const numberMax = 700

describe('the filter of system calls', () => {
  for (const [processor, table] of processors) {
    test(`allows on ${processor} what the profile allows to ${table} programs, and nothing else`, () => {
      const filter = filterFor(defaultCapabilities, processor)
      const brought = [...defaultCapabilities].flatMap((name) => callsOfCapabilities[name] ?? [])
      const traced = ['ptrace', 'process_vm_readv', 'process_vm_writev']
      const special = [
        'arch_prctl',
        'modify_ldt',
        'arm_fadvise64_64',
        'arm_sync_file_range',
        'breakpoint',
        'cacheflush',
        'set_tls',
        'sync_file_range2',
      ]
      const known = [...allowedCalls, ...brought, ...traced, ...special]
      const allowed = new Set(known.flatMap((name) => callNumber(name, table) ?? []))
      const conditional = new Set([...withConditions].flatMap((name) => callNumber(name, table) ?? []))
      for (let number = 0; number < numberMax; number += 1) {
        if (conditional.has(number)) continue
        assert.equal(
          ask(filter, architectures[table], number),
          allowed.has(number) ? 'allow' : 'EPERM',
          `${table} ${number}`,
        )
      }
    })
  }

  const call = (name: string, ...values: readonly number[]): string =>
    ask(filterFor(defaultCapabilities, 'x64'), architectures.x64, callNumber(name, 'x64') ?? -1, values)

  test('lets processes be made, and no namespaces', () => {
    assert.equal(call('clone', 0x0120_0011), 'allow')
    for (const flag of [0x2_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000]) {
      assert.equal(call('clone', flag), 'EPERM')
    }
    assert.equal(call('clone3'), 'ENOSYS')
    assert.equal(call('unshare', 0), 'EPERM')
    const admin = filterFor(new Set([...defaultCapabilities, 'CAP_SYS_ADMIN']), 'x64')
    for (const name of ['clone3', 'unshare', 'mount', 'clone']) {
      assert.equal(ask(admin, architectures.x64, callNumber(name, 'x64') ?? -1, [0x1000_0000]), 'allow', name)
    }
  })

  test('lets no socket reach the host of a virtual machine, and no personality but the usual ones be taken', () => {
    assert.equal(call('socket', 2), 'allow')
    assert.equal(call('socket', 40), 'EPERM')
    for (const value of [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff]) assert.equal(call('personality', value), 'allow')
    assert.equal(call('personality', 0x4_0000), 'EPERM')
  })

  test('permits nothing to programs of other kinds', () => {
    const filter = filterFor(defaultCapabilities, 'x64')
    assert.equal(ask(filter, architectures.arm64, 0), 'EPERM')
    assert.equal(ask(filter, architectures.x64, 0x4000_0000), 'EPERM')
    assert.equal(compileFilter(defaultCapabilities, 'riscv64'), undefined)
  })

  test('is not longer than the kernel takes', () => {
    const everything = new Set(Object.keys(callsOfCapabilities))
    for (const processor of ['x64', 'arm64']) assert.ok(filterFor(everything, processor).length / 8 <= 4096)
  })
})

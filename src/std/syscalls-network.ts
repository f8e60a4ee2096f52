import { closeSync, constants, openSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { assert } from './assert.ts'
import { systemErrorCode } from './errors.ts'
import { callChecked, SystemCallError } from './syscalls/library.ts'

/* Sockets of other network namespaces: a socket stays in the namespace that its maker was in. */

const families = { ipv4: 2, ipv6: 10 } as const
const socketKinds = { stream: 1, doNotWait: 0o4000, closeOnExec: 0o2000000 } as const
const newNetwork = 0x4000_0000
const loopbacks = { ipv4: '127.0.0.1', ipv6: '::1' } as const

/**
 * setns(2): this thread, and no other, goes into a network namespace. Without the right over the machine it cannot come back: only a thread
 * that is there for nothing else should do it.
 *
 * @param namespaceFile such as `/proc/PID/ns/net`
 * @throws SystemCallError `EPERM` without the right over that namespace
 */
export function enterNetwork(namespaceFile: string): void {
  const namespace = openSync(namespaceFile, constants.O_RDONLY)
  try {
    callChecked('setns', namespaceFile, namespace, newNetwork)
  } finally {
    closeSync(namespace)
  }
}

/**
 * Begins a TCP connection in the network of this thread: socket(2), connect(2).
 *
 * @param address of IPv4 or IPv6
 * @returns a socket that does not wait, to be closed by the caller; whether it is connected {@link isConnected} tells.
 * @throws SystemCallError `ECONNREFUSED`, `ENETUNREACH`, …
 */
export function beginConnection(address: string, port: number): number {
  const family = isIPv6(address) ? families.ipv6 : families.ipv4
  const kind = socketKinds.stream | socketKinds.doNotWait | socketKinds.closeOnExec
  const socket = callChecked('socket', undefined, family, kind, 0)
  try {
    const name = isIPv6(address) ? ipv6Name(address, port) : ipv4Name(address, port)
    callChecked('connect', `${address} port ${port}`, socket, name, name.length)
  } catch (error) {
    if (systemErrorCode(error) === 'EINPROGRESS') return socket
    closeSync(socket)
    throw error
  }
  return socket
}

/** `struct sockaddr_in`: ip(7). */
function ipv4Name(address: string, port: number): Uint8Array {
  const name = Buffer.alloc(16)
  name.writeUInt16LE(families.ipv4, 0)
  name.writeUInt16BE(port, 2)
  name.set(address.split('.').map(Number), 4)
  return name
}

/** `struct sockaddr_in6`: ipv6(7). */
function ipv6Name(address: string, port: number): Uint8Array {
  const name = Buffer.alloc(28)
  name.writeUInt16LE(families.ipv6, 0)
  name.writeUInt16BE(port, 2)
  name.set(ipv6Bytes(address), 8)
  return name
}

function ipv6Bytes(address: string): Uint8Array {
  const [before = '', after] = address.split('::')
  const words = (text: string): readonly number[] =>
    text === '' ? [] : text.split(':').map((word) => parseInt(word, 16))
  const [first, last] = [words(before), words(after ?? '')]
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
  assert(all.length === 8, `${address} is no address of IPv6`)
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]))
}

const socketLevel = 1
const socketError = 4

/**
 * Whether a connection has come about by now, without waiting: poll(2), `SO_ERROR` of socket(7).
 *
 * @throws SystemCallError `ECONNREFUSED`, …: it never will.
 */
export function isConnected(socket: number): boolean {
  const canWrite = 0x4
  const question = Buffer.alloc(8)
  question.writeInt32LE(socket, 0)
  question.writeInt16LE(canWrite, 4)
  if (callChecked('poll', undefined, question, 1, 0) === 0) return false
  const [error, length] = [new Uint8Array(4), new Uint8Array(Uint32Array.of(4).buffer)]
  callChecked('getsockopt', undefined, socket, socketLevel, socketError, error, length)
  const errno = error[0] ?? 0
  if (errno !== 0) throw new SystemCallError('connect', errno)
  return true
}

/** The address on which a program is reached in its own network that listens on this one: all addresses have the loopback among them. */
export function reachableAddress(address: string): string {
  if (address === '0.0.0.0') return loopbacks.ipv4
  return address === '::' ? loopbacks.ipv6 : address
}

import { fstatSync, lstatSync, type BigIntStats } from 'node:fs'
import { systemErrorCode } from '../../std/errors.ts'
import { canStat, statAt, type SystemStat } from '../../std/syscalls-stat.ts'
import { systemPath } from './system-path.ts'

let isFast: boolean | undefined

/** A name in an open directory. Undefined for what is not there (any more). */
export function readStat(directory: number, name: string): SystemStat | undefined {
  isFast ??= canStat()
  if (isFast) return statAt(directory, name)
  try {
    return toSystemStat(lstatSync(systemPath(`/proc/self/fd/${directory}/${name}`), { bigint: true }))
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** An open file. */
export function readOpenStat(descriptor: number): SystemStat {
  isFast ??= canStat()
  const found = isFast ? statAt(descriptor, '') : undefined
  return found ?? toSystemStat(fstatSync(descriptor, { bigint: true }))
}

const nanosecondsPerSecond = 1_000_000_000n

function toSystemStat(stat: BigIntStats): SystemStat {
  const [modified, changed] = [splitTime(stat.mtimeNs), splitTime(stat.ctimeNs)]
  const [device, node] = [splitDevice(stat.dev), splitDevice(stat.rdev)]
  return {
    mode: Number(stat.mode),
    linkCount: Number(stat.nlink),
    sizeBytes: Number(stat.size),
    inodeHigh: Number(BigInt.asUintN(32, stat.ino >> 32n)),
    inodeLow: Number(BigInt.asUintN(32, stat.ino)),
    deviceMajor: device.major,
    deviceMinor: device.minor,
    nodeMajor: node.major,
    nodeMinor: node.minor,
    modifiedSeconds: modified.seconds,
    modifiedNanoseconds: modified.nanoseconds,
    changedSeconds: changed.seconds,
    changedNanoseconds: changed.nanoseconds,
  }
}

function splitTime(time: bigint): { readonly seconds: number; readonly nanoseconds: number } {
  let seconds = time / nanosecondsPerSecond
  if (seconds * nanosecondsPerSecond > time) seconds -= 1n
  return { seconds: Number(seconds), nanoseconds: Number(time - seconds * nanosecondsPerSecond) }
}

/** The C library's `gnu_dev_major` and `gnu_dev_minor`. */
function splitDevice(device: bigint): { readonly major: number; readonly minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xffff_f000n)
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffff_ff00n)
  return { major: Number(major), minor: Number(minor) }
}

import fc from 'fast-check'
import {
  chmodSync,
  closeSync,
  constants,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeNode, setTimes, setXattr } from '../../src/std/syscalls-files.ts'

/** Something that a process does to a path of its root; what is not possible there is no harm. */
export interface Deed {
  readonly what: keyof typeof deeds
  readonly path: string
  readonly other: string
  readonly number: number
}

/** Of a pipe that nobody reads. */
const withoutWaiting = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK

const deeds = {
  write: (path: string, _: string, number: number) => {
    const file = openSync(path, withoutWaiting)
    writeSync(file, `written ${number}`)
    closeSync(file)
  },
  empty: (path: string) => truncateSync(path),
  remove: (path: string) => rmSync(path, { recursive: true }),
  makeDirectory: (path: string) => mkdirSync(path),
  replaceByDirectory: (path: string) => {
    rmSync(path, { recursive: true })
    mkdirSync(path)
  },
  rename: (path: string, other: string) => renameSync(path, other),
  link: (path: string, other: string) => linkSync(path, other),
  symbolicLink: (path: string, other: string) => symlinkSync(other, path),
  fifo: (path: string) => makeNode(path, 'fifo', 0o600),
  chmod: (path: string, _: string, number: number) => chmodSync(path, number % 2 === 0 ? 0o4711 : 0o700),
  chown: (path: string, _: string, number: number) => lchownSync(path, number % 3, 7),
  touch: (path: string, _: string, number: number) => setTimes(path, { seconds: number, nanoseconds: number % 1e9 }),
  setXattr: (path: string) => setXattr(path, 'security.capability', capability),
} as const

/** cap_net_bind_service=ep, as the kernel stores it. */
const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex')

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'new'), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'))

const deedNames: readonly (keyof typeof deeds)[] = [
  'write',
  'empty',
  'remove',
  'makeDirectory',
  'replaceByDirectory',
  'rename',
  'link',
  'symbolicLink',
  'fifo',
  'chmod',
  'chown',
  'touch',
  'setXattr',
]

export const randomDeeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.record({ what: fc.constantFrom(...deedNames), path, other: path, number: fc.nat(2 ** 31) }),
  { maxLength: 12 },
)

/** Does them one after the other, none through a link. */
export function doAll(rootfs: string, all: readonly Deed[]): void {
  for (const { what, path, other, number } of all) {
    if (leadsThroughLink(rootfs, path) || leadsThroughLink(rootfs, other)) continue
    try {
      const target = what === 'symbolicLink' ? other : join(rootfs, other)
      deeds[what](join(rootfs, path), target, number)
    } catch {
      // There was no such file, or another kind of it.
    }
  }
}

function leadsThroughLink(rootfs: string, path: string): boolean {
  const names = path.split('/')
  return names.some((_, depth) => isLink(join(rootfs, ...names.slice(0, depth + 1))))
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

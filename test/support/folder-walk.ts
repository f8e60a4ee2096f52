import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, lstatSync, readdirSync, readFileSync, readlinkSync, type BigIntStats } from 'node:fs'
import { decodePathText, encodePathText } from '../../src/std/path-text.ts'
import type { TarEntryKind } from '../../src/archive/tar-entry.ts'

/** What lies in a folder at one path. Hard links are files with one `inode`. */
export interface WalkedEntry {
  readonly kind: Exclude<TarEntryKind, 'hard-link'>
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly seconds: number
  readonly nanoseconds: number
  readonly linkTarget: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** Values in hexadecimal, by name, in order of names. */
  readonly xattrs: readonly (readonly [name: string, value: string])[]
  /** Of files: SHA-256 in hexadecimal. */
  readonly sha256: string
  readonly inode: bigint
}

/** Everything under a folder by its path from there, without the folder itself, in order of names. */
export function walkFolder(root: string): ReadonlyMap<string, WalkedEntry> {
  const found = new Map<string, WalkedEntry>()
  const xattrs = readXattrs(root)
  const visit = (folder: string): void => {
    const names = readdirSync(pathBytes(root, folder), { encoding: 'buffer' }).map(decodePathText)
    for (const name of names.toSorted()) {
      const path = folder === '' ? name : `${folder}/${name}`
      const entry = { ...describe(pathBytes(root, path)), xattrs: xattrs.get(path) ?? [] }
      found.set(path, entry)
      if (entry.kind === 'directory') visit(path)
    }
  }
  visit('')
  return found
}

/** By path. getfattr writes some characters of names as three octal digits. */
function readXattrs(root: string): ReadonlyMap<string, WalkedEntry['xattrs']> {
  const args = ['-R', '-P', '-d', '-h', '-m', '-', '-e', 'hex', '.']
  const output = execFileSync('getfattr', args, { cwd: root, encoding: 'latin1', maxBuffer: 1e8 })
  const unescape = (text: string): string => {
    const latin1 = text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    )
    return decodePathText(Buffer.from(latin1, 'latin1'))
  }
  const paragraphs = output.split('\n\n').filter((paragraph) => paragraph !== '')
  return new Map(
    paragraphs.map((paragraph) => {
      const [path = '', ...lines] = paragraph.split('\n')
      const xattrs = lines.map((line) => {
        const [name = '', value = ''] = line.split('=')
        return [unescape(name), value.slice(2)] as const
      })
      return [unescape(path).replace(/^# file: /, ''), xattrs.toSorted(([a], [b]) => (a < b ? -1 : 1))]
    }),
  )
}

/** The path of something in a folder, as the system takes it. */
export function pathBytes(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), encodePathText(path)])
}

function describe(path: Buffer): Omit<WalkedEntry, 'xattrs'> {
  const stats = lstatSync(path, { bigint: true })
  const kind = kindOf(stats)
  const isDevice = kind === 'character-device' || kind === 'block-device'
  const nanoseconds = Number(((stats.mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)
  return {
    kind,
    mode: kind === 'symbolic-link' ? 0o777 : Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    sizeBytes: kind === 'file' ? Number(stats.size) : 0,
    seconds: Number((stats.mtimeNs - BigInt(nanoseconds)) / 1_000_000_000n),
    nanoseconds,
    linkTarget: kind === 'symbolic-link' ? decodePathText(readlinkSync(path, { encoding: 'buffer' })) : '',
    // As makedev(3) puts them together for numbers that are not large.
    deviceMajor: isDevice ? Number((stats.rdev >> 8n) & 0xfffn) : 0,
    deviceMinor: isDevice ? Number((stats.rdev & 0xffn) | ((stats.rdev >> 12n) & 0xfff00n)) : 0,
    sha256: kind === 'file' ? createHash('sha256').update(readFileSync(path)).digest('hex') : '',
    inode: stats.ino,
  }
}

function kindOf(stats: BigIntStats): WalkedEntry['kind'] {
  switch (Number(stats.mode) & constants.S_IFMT) {
    case constants.S_IFREG:
      return 'file'
    case constants.S_IFDIR:
      return 'directory'
    case constants.S_IFLNK:
      return 'symbolic-link'
    case constants.S_IFCHR:
      return 'character-device'
    case constants.S_IFBLK:
      return 'block-device'
    case constants.S_IFIFO:
      return 'fifo'
    default:
      throw new Error('a kind of file that no archive holds')
  }
}

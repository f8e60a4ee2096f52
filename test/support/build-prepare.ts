import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { array, literal, number, optional, picklist, strictObject, string, variant, type InferOutput } from 'valibot'
import { device, directory, fifo, file, hardLink, symbolicLink, tarOf, type LayerItem } from './layers.ts'

/** A path in the folder that is prepared. `latin1` paths have a byte for each character. */
const path = string()

const memberSchema = strictObject({
  path,
  kind: picklist(['file', 'directory', 'symbolic-link', 'hard-link', 'character-device', 'fifo']),
  content: optional(string(), ''),
  target: optional(string(), ''),
  mode: optional(string()),
  uid: optional(number()),
  gid: optional(number()),
  seconds: optional(number()),
  /** Values in hexadecimal by name. */
  xattrs: optional(array(strictObject({ name: string(), value: string() })), () => []),
})

/** What makes a part of a context that git cannot hold. Modes are octal. */
export const prepareSchema = variant('make', [
  strictObject({ make: literal('directory'), path }),
  strictObject({ make: literal('file'), path, content: string() }),
  /** The name has a byte for each character. */
  strictObject({ make: literal('latin1-file'), path, content: string() }),
  strictObject({ make: literal('symbolic-link'), path, target: string() }),
  strictObject({ make: literal('hard-link'), path, target: path }),
  strictObject({ make: literal('fifo'), path }),
  strictObject({ make: literal('mode'), path, mode: string() }),
  strictObject({ make: literal('owner'), path, uid: number(), gid: number() }),
  strictObject({ make: literal('time'), path, seconds: number() }),
  /** A file of a size with these words at its end. */
  strictObject({ make: literal('sparse'), path, sizeBytes: number(), end: string() }),
  /** `setcap`, for root only. */
  strictObject({ make: literal('capabilities'), path, capabilities: string() }),
  strictObject({ make: literal('xattr'), path, name: string(), value: string() }),
  /** Files `0`, `1`, … with their names as content, a hundred to a folder. */
  strictObject({ make: literal('many'), path, count: number() }),
  strictObject({
    make: literal('tar'),
    path,
    compression: picklist(['none', 'gzip', 'xz', 'bzip2', 'zstd']),
    members: array(memberSchema),
  }),
  /** Lines that end as on Windows. */
  strictObject({ make: literal('crlf'), path }),
  /** The mark that some editors put in front of UTF-8. */
  strictObject({ make: literal('byte-order-mark'), path }),
])

type Step = InferOutput<typeof prepareSchema>
type Member = InferOutput<typeof memberSchema>

/** Does the steps in a folder, one after the other. */
export async function prepareFolder(folder: string, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (step.make === 'tar') await writeArchive(`${folder}/${step.path}`, step)
    else prepare(folder, step)
  }
}

function prepare(folder: string, step: Exclude<Step, { readonly make: 'tar' }>): void {
  const full = `${folder}/${step.path}`
  switch (step.make) {
    case 'directory':
      return void mkdirSync(full, { recursive: true })
    case 'file':
      return writeFileSync(full, step.content)
    case 'latin1-file':
      return writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(step.path, 'latin1')]), step.content)
    case 'symbolic-link':
      return symlinkSync(step.target, full)
    case 'hard-link':
      return linkSync(`${folder}/${step.target}`, full)
    case 'fifo':
      return void execFileSync('mkfifo', [full])
    case 'mode':
      return chmodSync(full, Number.parseInt(step.mode, 8))
    case 'owner':
      return chownSync(full, step.uid, step.gid)
    case 'time':
      return lutimesSync(full, step.seconds, step.seconds)
    case 'sparse':
      writeFileSync(full, '')
      truncateSync(full, step.sizeBytes - step.end.length)
      return writeFileSync(full, step.end, { flag: 'a' })
    case 'capabilities':
      return void execFileSync('setcap', [step.capabilities, full])
    case 'xattr':
      return void execFileSync('setfattr', ['-n', step.name, '-v', step.value, full])
    case 'many':
      return writeMany(full, step.count)
    case 'crlf':
      return writeFileSync(full, readFileSync(full, 'utf8').replaceAll('\n', '\r\n'))
    case 'byte-order-mark':
      return writeFileSync(full, `\u{feff}${readFileSync(full, 'utf8')}`)
  }
}

function writeMany(folder: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const below = `${folder}/${Math.floor(index / 100)}`
    if (index % 100 === 0) mkdirSync(below, { recursive: true })
    writeFileSync(`${below}/${index}`, `${index}\n`)
  }
}

async function writeArchive(full: string, step: Extract<Step, { readonly make: 'tar' }>): Promise<void> {
  const tar = await tarOf(step.members.map(memberItem))
  writeFileSync(full, compressed(tar, step.compression))
}

function memberItem(member: Member): LayerItem {
  const { entry, content } = plainItem(member)
  const { mode, uid, gid, seconds, xattrs } = member
  return {
    entry: {
      ...entry,
      ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      modified: { seconds: seconds ?? 1_500_000_000, nanoseconds: 0 },
      xattrs: new Map(xattrs.map(({ name, value }) => [name, Buffer.from(value, 'hex')])),
    },
    content,
  }
}

function plainItem({ path, kind, content, target }: Member): LayerItem {
  switch (kind) {
    case 'file':
      return file(path, content)
    case 'directory':
      return directory(path)
    case 'symbolic-link':
      return symbolicLink(path, target)
    case 'hard-link':
      return hardLink(path, target)
    case 'character-device':
      return device(path, 1, 3)
    case 'fifo':
      return fifo(path)
  }
}

function compressed(tar: Uint8Array, compression: 'none' | 'gzip' | 'xz' | 'bzip2' | 'zstd'): Uint8Array {
  if (compression === 'none') return tar
  if (compression === 'gzip') return gzipSync(tar)
  if (compression === 'zstd') return zstdCompressSync(tar)
  return execFileSync(compression, ['--stdout'], { input: tar })
}

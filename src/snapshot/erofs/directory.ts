import type { LowerContent } from '../layer/lower-content.ts'
import { blockBytes } from './format.ts'

const recordBytes = 12
const dots = [Uint8Array.of(0x2e), Uint8Array.of(0x2e, 0x2e)] as const

/** One name in a directory, and the entry of the layer that it is for. */
interface DirectoryName {
  readonly name: Uint8Array
  readonly number: number
}

/** What a directory holds, `.` and `..` among the others: all in the order of their bytes. */
function* namesIn(content: LowerContent, directory: number): Generator<DirectoryName> {
  const { index } = content
  const pending: DirectoryName[] = [
    { name: dots[0], number: directory },
    { name: dots[1], number: index.parentOf(directory) },
  ]
  const { start, end } = index.childRange(directory)
  for (let number = start; number < end; number += 1) {
    if (content.isLeftOut(number)) continue
    for (let dot = pending[0]; dot !== undefined && index.compareName(number, dot.name) > 0; dot = pending[0]) {
      pending.shift()
      yield dot
    }
    yield { name: index.nameBytesOf(number), number }
  }
  yield* pending
}

/**
 * How long a directory is. Names are put into blocks, as many as go into one; each block begins with records of 12 bytes, one
 * for each name, and its names follow.
 */
export function directoryBytes(content: LowerContent, directory: number): number {
  let fullBlocks = 0
  let used = 0
  for (const { name } of namesIn(content, directory)) {
    const more = recordBytes + name.length
    if (used + more > blockBytes) {
      fullBlocks += 1
      used = 0
    }
    used += more
  }
  return fullBlocks * blockBytes + used
}

/**
 * Writes a directory's blocks, over zeros.
 *
 * @param nid of an entry, by its number.
 * @param kind what {@link directoryKinds} has for it.
 */
export function writeDirectory(
  buffer: Buffer,
  at: number,
  content: LowerContent,
  directory: number,
  nid: (number: number) => number,
  kind: (number: number) => number,
): void {
  let blockStart = at
  let block: DirectoryName[] = []
  let used = 0
  const write = (): void => {
    let nameOffset = block.length * recordBytes
    for (const [place, { name, number }] of block.entries()) {
      const record = blockStart + place * recordBytes
      buffer.writeUInt32LE(nid(number) % 2 ** 32, record)
      buffer.writeUInt32LE(Math.floor(nid(number) / 2 ** 32), record + 4)
      buffer.writeUInt16LE(nameOffset, record + 8)
      buffer.writeUInt8(kind(number), record + 10)
      buffer.set(name, blockStart + nameOffset)
      nameOffset += name.length
    }
  }
  for (const each of namesIn(content, directory)) {
    const more = recordBytes + each.name.length
    if (used + more > blockBytes) {
      write()
      blockStart += blockBytes
      block = []
      used = 0
    }
    block.push(each)
    used += more
  }
  write()
}

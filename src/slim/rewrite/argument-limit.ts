import type { RunCommand } from './layout.ts'

/**
 * One argument of a program takes at most 128 KiB on Linux (MAX_ARG_STRLEN, execve(2)), and the script of a RUN is one: half of that leaves
 * room for continuation lines.
 */
const scriptBytesMax = 64 * 1024
/** What a single command may be, so that several fit. */
const commandBytesMax = scriptBytesMax / 2

/** Words in groups, each short enough for one command. */
export function chunkWords(words: readonly string[]): readonly (readonly string[])[] {
  return grouped(words, (word) => Buffer.byteLength(word) + overheadBytes, commandBytesMax)
}

/** Commands in groups, each short enough for one RUN. */
export function chunkCommands(commands: readonly RunCommand[]): readonly (readonly RunCommand[])[] {
  const bytesOf = ({ begin, words, destination = '' }: RunCommand): number =>
    Buffer.byteLength([begin, ...words, destination].join(' ')) + (words.length + 2) * overheadBytes
  return grouped(commands, bytesOf, scriptBytesMax)
}

/** `-o -name ` and the break of a line. */
const overheadBytes = 16

function grouped<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  bytesMax: number,
): readonly (readonly Item[])[] {
  const groups: Item[][] = []
  let bytes = Infinity
  for (const item of items) {
    const size = bytesOf(item)
    if (bytes + size > bytesMax) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(item)
    bytes += size
  }
  return groups
}

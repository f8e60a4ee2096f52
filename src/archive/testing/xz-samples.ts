import { crc32 } from 'node:zlib'
import { storedXz } from '../../../test/support/stored-xz.ts'
import type { ArchiveErrorCode } from '../errors.ts'

const good = storedXz('hello')
/** The header of the first block: it follows the stream's header of 12 bytes. */
const blockHeader = { start: 12, end: 12 + ((good[12] ?? 0) + 1) * 4 }

/** A stream whose stream header or block header says something else, with the right check sum. */
function changed(change: (stream: Buffer) => void): Buffer {
  const stream = Buffer.from(good)
  change(stream)
  stream.writeUInt32LE(crc32(stream.subarray(6, 8)), 8)
  const { start, end } = blockHeader
  stream.writeUInt32LE(crc32(stream.subarray(start, end - 4)), end - 4)
  return stream
}

const filterAt = good.indexOf(Buffer.of(0x21, 1), blockHeader.start)

/** Streams that are refused for their structure. */
export const brokenXzStreams: readonly {
  readonly name: string
  readonly stream: Buffer
  readonly code: ArchiveErrorCode
  readonly message: RegExp
}[] = [
  {
    name: 'a dictionary over 64 MiB',
    stream: changed((stream) => void stream.writeUInt8(29, filterAt + 2)),
    code: 'unsupported-archive',
    message: /dictionary over 67108864/,
  },
  {
    name: 'a dictionary of 4 GiB',
    stream: changed((stream) => void stream.writeUInt8(40, filterAt + 2)),
    code: 'unsupported-archive',
    message: /dictionary over/,
  },
  {
    name: 'a filter before LZMA2',
    stream: changed((stream) => void stream.writeUInt8(1, blockHeader.start + 1)),
    code: 'unsupported-archive',
    message: /filters before LZMA2/,
  },
  {
    name: 'a filter that does not exist',
    stream: changed((stream) => void stream.writeUInt8(0x22, filterAt)),
    code: 'unsupported-archive',
    message: /compressed in a way/,
  },
  {
    name: 'a check that is not read',
    stream: changed((stream) => void stream.writeUInt8(10, 7)),
    code: 'unsupported-archive',
    message: /check that is not known/,
  },
  {
    name: 'flags that do not exist',
    stream: changed((stream) => void stream.writeUInt8(0x04, blockHeader.start + 1)),
    code: 'unsupported-archive',
    message: /flags/,
  },
  {
    name: 'a header that is damaged',
    stream: Buffer.concat([good.subarray(0, 8), Buffer.alloc(4), good.subarray(12)]),
    code: 'bad-archive',
    message: /header of a stream is damaged/,
  },
  { name: 'what is no stream', stream: Buffer.from('hello, hello, hello'), code: 'bad-archive', message: /begin with/ },
]

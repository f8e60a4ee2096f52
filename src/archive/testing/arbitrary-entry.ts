import fc from 'fast-check'
import { decodePathText, encodePathText } from '../../std/path-text.ts'
import type { FileTime, TarEntry, TarEntryKind } from '../tar-entry.ts'

/** An entry and the bytes of its body. */
export interface ArbitraryContent {
  readonly entry: TarEntry
  readonly data: Uint8Array
}

/** Any bytes without a NUL, as path text: mostly plain names, some with UTF-8, some that are no UTF-8. */
function pathText(bytesMax: number, bytesMin = 1): fc.Arbitrary<string> {
  const plain = fc.array(fc.constantFrom('a', 'bc', '.', '/', 'usr', '..', ' ', '-', '=', '%', '\n'), {
    maxLength: 120,
  })
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  const bytes = fc.uint8Array({ min: 1, minLength: 1, maxLength: 200 }).map(decodePathText)
  return fc
    .oneof(
      plain.map((parts) => parts.join('')),
      text,
      bytes,
    )
    .map((name) => decodePathText(encodePathText(name.replaceAll('\0', ''))))
    .filter((name) => encodePathText(name).length >= bytesMin && encodePathText(name).length <= bytesMax)
}

const seconds = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 31 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  fc.maxSafeInteger().map((number) => Math.trunc(number / 2) + 0),
)
const nanoseconds = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999 }))
const time: fc.Arbitrary<FileTime> = fc
  .tuple(seconds, nanoseconds)
  .map(([seconds, nanoseconds]) => ({ seconds, nanoseconds }))

const owner = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 0xffff_ffff }))
const xattrs = fc
  .array(fc.tuple(pathText(60), fc.uint8Array({ maxLength: 40 })), { maxLength: 3 })
  .map((pairs) => new Map(pairs.map(([name, value]) => [`user.${name}`, value])))

/** Anything that a writer takes. */
export const arbitraryContent: fc.Arbitrary<ArbitraryContent> = fc
  .record({
    path: pathText(1500),
    kind: fc.constantFrom<TarEntryKind[]>(
      'file',
      'directory',
      'symbolic-link',
      'hard-link',
      'character-device',
      'block-device',
      'fifo',
    ),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: owner,
    gid: owner,
    userName: fc.oneof(fc.constant('root'), pathText(60, 0)),
    groupName: fc.oneof(fc.constant(''), pathText(60, 0)),
    modified: time,
    linkTarget: pathText(1500),
    deviceMajor: owner,
    deviceMinor: owner,
    xattrs: fc.oneof(fc.constant(new Map<string, Uint8Array>()), xattrs),
    data: fc.uint8Array({ maxLength: 2000 }),
  })
  .map(({ data, ...fields }) => {
    const isFile = fields.kind === 'file'
    const isLink = fields.kind === 'symbolic-link' || fields.kind === 'hard-link'
    const isDevice = fields.kind === 'character-device' || fields.kind === 'block-device'
    return {
      entry: {
        ...fields,
        path: isFile ? fields.path.replace(/\/*$/, 'f') : fields.path,
        sizeBytes: isFile ? data.length : 0,
        linkTarget: isLink ? fields.linkTarget : '',
        deviceMajor: isDevice ? fields.deviceMajor : 0,
        deviceMinor: isDevice ? fields.deviceMinor : 0,
        sparse: undefined,
      },
      data: isFile ? data : new Uint8Array(0),
    }
  })

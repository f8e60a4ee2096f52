import { cryptoModule } from '../../../std/node-modules.ts'
import { readDerValues, writeDer, type DerValue } from './der.ts'

const tags = { sequence: 0x30, set: 0x31, utf8: 0x0c, version: 0xa0 } as const

/** The kinds of text whose bytes are single characters: of Latin-1, or of ASCII, which is a part of it. */
const singleByteTexts: ReadonlySet<number> = new Set([0x13, 0x14, 0x16, 0x1a])
const bmpText = 0x1e
const universalText = 0x1c

/**
 * The hash of a certificate's subject by which OpenSSL looks for it in a folder (openssl-rehash(1)): eight hexadecimal digits, of
 * the SHA-1 of the subject in canonical form, in which letters are small and spaces single.
 *
 * @throws RangeError for what is no certificate in DER
 */
export function subjectHash(certificate: Uint8Array): string {
  const canonical = Buffer.concat(readDerValues(subjectOf(certificate)).map(canonicalAttributes))
  const digest = cryptoModule().hash('sha1', canonical, 'buffer')
  return digest.readUInt32LE(0).toString(16).padStart(8, '0')
}

/** RFC 5280, 4.1: the subject is the fifth field of what is signed, without the version, which may be missing. */
function subjectOf(certificate: Uint8Array): Buffer {
  const [outer] = readDerValues(Buffer.from(certificate))
  const [signed] = outer === undefined ? [] : readDerValues(outer.content)
  const fields = signed === undefined ? [] : readDerValues(signed.content).filter(({ tag }) => tag !== tags.version)
  const subject = fields[4]
  if (subject?.tag !== tags.sequence) throw new RangeError('it has no subject')
  return subject.content
}

/** A set of attributes (RFC 5280, 4.1.2.4), in the order that DER asks for. */
function canonicalAttributes(set: DerValue): Buffer {
  const attributes = readDerValues(set.content).map((attribute) => {
    const [type, value] = readDerValues(attribute.content)
    if (type === undefined || value === undefined) throw new RangeError('an attribute of the subject has no value')
    return writeDer(tags.sequence, Buffer.concat([type.bytes, canonicalValue(value)]))
  })
  return writeDer(tags.set, Buffer.concat(attributes.toSorted((a, b) => Buffer.compare(a, b))))
}

function canonicalValue(value: DerValue): Uint8Array {
  const text = textOf(value)
  if (text === undefined) return value.bytes
  const clean = text
    .replaceAll(/^[\t-\r ]+|[\t-\r ]+$/g, '')
    .replaceAll(/[\t-\r ]+/g, ' ')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  return writeDer(tags.utf8, Buffer.from(clean))
}

function textOf({ tag, content }: DerValue): string | undefined {
  if (tag === tags.utf8) return content.toString('utf8')
  if (singleByteTexts.has(tag)) return content.toString('latin1')
  if (tag === bmpText) return Buffer.from(content).swap16().toString('utf16le')
  if (tag !== universalText) return undefined
  const units = Array.from({ length: Math.floor(content.length / 4) }, (_, index) => content.readUInt32BE(index * 4))
  return String.fromCodePoint(...units)
}

import { cryptoModule } from './node-modules.ts'

const magic = 0xfeedfeed
const version = 2
const trustedCertificateTag = 2
/** What Java opens its keystore of authorities with unless it is told otherwise; it is no secret. */
const password = 'changeit'
/** What the digest at the end begins with, beside the password. */
const whitener = 'Mighty Aphrodite'

/**
 * Java's own keystore format, JKS, with certificates that are trusted: as `keytool -importcert` writes it, and
 * `sun.security.provider.JavaKeyStore` reads it.
 *
 * @param certificates each with the name that it has in there, in lower case.
 * @param dateMs when they were put in, which the format wants to know.
 */
export function javaKeystore(
  certificates: readonly { readonly alias: string; readonly der: Uint8Array }[],
  dateMs: number,
): Buffer {
  const entries = certificates.map(({ alias, der }) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(trustedCertificateTag)
    const date = Buffer.alloc(8)
    date.writeBigInt64BE(BigInt(dateMs))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(der.length)
    return Buffer.concat([head, javaText(alias), date, javaText('X.509'), length, der])
  })
  const head = Buffer.alloc(12)
  head.writeUInt32BE(magic, 0)
  head.writeUInt32BE(version, 4)
  head.writeUInt32BE(entries.length, 8)
  const body = Buffer.concat([head, ...entries])
  const secret = Buffer.from(password, 'utf16le').swap16()
  const digest = cryptoModule().hash('sha1', Buffer.concat([secret, Buffer.from(whitener), body]), 'buffer')
  return Buffer.concat([body, digest])
}

/** As `DataOutputStream.writeUTF` writes it: surrogate pairs as two characters, and NUL, of which a name has none. */
function javaText(text: string): Buffer {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
  const bytes = Buffer.from(units.flatMap(modifiedUtf8))
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function modifiedUtf8(unit: number): readonly number[] {
  if (unit < 0x80) return [unit]
  if (unit < 0x800) return [0xc0 | (unit >> 6), 0x80 | (unit & 0x3f)]
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]
}

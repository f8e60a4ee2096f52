import { posix } from 'node:path'
import { BaseError } from '../../errors.ts'
import { cryptoModule } from '../../../std/node-modules.ts'
import { errorMessage } from '../../../std/errors.ts'
import { javaKeystore } from '../../../std/java-keystore.ts'
import { contentOf, link, textFile, type LayerContext, type Provider } from '../provider.ts'
import type { MadeFile } from '../../tree/placed.ts'
import { subjectHash } from './subject-hash.ts'

/** A certificate of an authority that TLS trusts. */
export interface TrustedCertificate {
  /** Where it lies in the image, without a slash at the beginning. */
  readonly path: string
  /** As its link in /etc/ssl/certs is called, without an ending. */
  readonly name: string
  readonly der: Uint8Array
}

const folder = 'etc/ssl/certs'
const bundle = `${folder}/ca-certificates.crt`
const javaStore = `${folder}/java/cacerts`

/**
 * What update-ca-certificates(8) makes: all certificates in one file, in each layer that adds some; and, where a layer has
 * OpenSSL or Java, the links by which OpenSSL finds single ones, and Java's keystore.
 */
export const certificates: Provider = (context) => {
  const isNew = addsFiles(context, isSource)
  const wantsLinks = hasFile(context, isOpenSsl) && (isNew || addsFiles(context, isOpenSsl))
  const wantsKeystore = hasFile(context, isJavaLink) && (isNew || addsFiles(context, isJavaLink))
  if (!isNew && !wantsLinks && !wantsKeystore) return []
  const trusted = trustedCertificates(context)
  if (trusted.length === 0) return []
  return [
    ...(isNew ? [textFile(bundle, trusted.map(({ der }) => pemOf(der)).join(''))] : []),
    ...(wantsLinks ? opensslLinks(context, trusted) : []),
    ...(wantsKeystore ? [textFile(javaStore, javaKeystore(trusted.map(withAlias), context.dateSeconds * 1000))] : []),
  ]
}

/** As Debian's `ca-certificates-java` calls them. */
function withAlias({ name, der }: TrustedCertificate): { readonly alias: string; readonly der: Uint8Array } {
  return { alias: `debian:${name.toLowerCase()}.pem`, der }
}

/** All certificates of the image, by name. @throws BaseError `bad-package-content` */
function trustedCertificates(context: LayerContext): readonly TrustedCertificate[] {
  const found: TrustedCertificate[] = []
  for (const [path] of context.tree.files()) {
    if (!isSource(path)) continue
    const content = contentOf(context, path)
    if (content === undefined) continue
    // As update-ca-certificates names them.
    const name = posix.basename(path, '.crt').replaceAll(/[ ,]/g, '_').replaceAll('(', '=').replaceAll(')', '=')
    try {
      found.push({ path, name, der: new (cryptoModule().X509Certificate)(content).raw })
    } catch (cause) {
      const message = `/${path} is no certificate that can be read: ${errorMessage(cause)}`
      throw new BaseError('bad-package-content', message, { cause })
    }
  }
  return found
}

/** Whether the layer itself has a file of a kind. */
function addsFiles({ tree, layer }: LayerContext, isWanted: (path: string) => boolean): boolean {
  for (const [path, placed] of tree.files()) if (placed.layer === layer && isWanted(path)) return true
  return false
}

function hasFile({ tree }: LayerContext, isWanted: (path: string) => boolean): boolean {
  for (const [path] of tree.files()) if (isWanted(path)) return true
  return false
}

function isSource(path: string): boolean {
  return /^usr\/(?:local\/)?share\/ca-certificates\/.+\.crt$/.test(path)
}

function isOpenSsl(path: string): boolean {
  return /^usr\/lib\/[^/]+\/libssl\.so\.\d+$/.test(path)
}

function isJavaLink(path: string): boolean {
  return /^usr\/lib\/jvm\/[^/]+\/lib\/security\/cacerts$/.test(path)
}

/** Where OpenSSL looks unless it is told otherwise, which is in the package of its program, and openssl-rehash(1)'s links. */
function opensslLinks({ tree }: LayerContext, trusted: readonly TrustedCertificate[]): readonly MadeFile[] {
  const homes = [link('usr/lib/ssl/cert.pem', `/${bundle}`), link('usr/lib/ssl/certs', `/${folder}`)]
  const counts = new Map<string, number>()
  const links = trusted.flatMap(({ path, name, der }) => {
    const hash = subjectHash(der)
    const number = counts.get(hash) ?? 0
    counts.set(hash, number + 1)
    return [link(`${folder}/${name}.pem`, `/${path}`), link(`${folder}/${hash}.${number}`, `${name}.pem`)]
  })
  return [...homes.filter(({ path }) => !tree.has(path)), ...links]
}

const pemColumns = 64

function pemOf(der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64')
  const lines = base64.match(new RegExp(`.{1,${pemColumns}}`, 'g')) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

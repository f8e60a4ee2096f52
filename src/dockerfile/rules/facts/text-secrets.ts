import type { TextRange } from '../../text-range.ts'
import { isPlaceholder } from './secret-shapes.ts'

/** A credential in a text, told by what stands around it. */
export interface TextSecret {
  /** With its article: `a password for git.example.com`. It never holds the secret. */
  readonly what: string
  /** Of the secret, in the text. */
  readonly range: TextRange
}

/**
 * What stands around a secret; the secret is the group `secret`. Everything is bounded, so that no text takes long, and only looked for
 * in texts that have the characters in the middle.
 */
const surroundings: readonly (readonly [what: string, hint: string, pattern: RegExp])[] = [
  [
    'a password for a host',
    'machine',
    /\bmachine\s{1,9}\S{1,253}\s{1,9}login\s{1,9}\S{1,100}\s{1,9}password\s{1,9}(?<secret>[^\s"']{1,300})/dg,
  ],
  [
    'a token for a package registry',
    ':_',
    /:_(?:authToken|password|auth)\s{0,9}=\s{0,9}["']?(?<secret>[^\s"']{1,500})/dg,
  ],
  ['a secret key of AWS', '=', /\baws_secret_access_key\s{0,9}=\s{0,9}["']?(?<secret>[^\s"']{1,200})/dgi],
  ['the login of a registry', '"auth"', /"auth"\s{0,9}:\s{0,9}"(?<secret>[A-Za-z0-9+/=]{8,2000})"/dg],
  [
    'a credential of a header',
    ':',
    /\b(?:Proxy-)?Authorization:\s{0,9}(?:(?:Bearer|Basic|token)\s{1,9})?(?<secret>[^\s"']{6,2000})/dgi,
  ],
  [
    'a credential of a header',
    ':',
    /\b(?:PRIVATE-TOKEN|JOB-TOKEN|X-Api-Key|X-Auth-Token|X-Vault-Token|X-JFrog-Art-Api):\s{0,9}(?<secret>[^\s"']{6,2000})/dgi,
  ],
]

const addressPattern =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?<user>[^\s/@:"'<>]{0,100}):(?<secret>[^\s/@"'<>]{1,300})@(?<host>[\w.[\]-]{1,253})/dgi
const tokenPattern = /:\/\/(?<secret>(?=[\w-]{0,100}\d)[A-Za-z0-9_-]{20,200})@(?<host>[\w.-]{1,253})/dg

/** The credentials of a text. Variables and what only shows where one would stand are none. */
export function secretsInText(text: string): readonly TextSecret[] {
  const around = surroundings.flatMap(([what, hint, pattern]) =>
    text.includes(hint) ? Array.from(text.matchAll(pattern)).flatMap((found) => secretOf(found, what)) : [],
  )
  if (!text.includes('://')) return around
  const inAddresses = [...text.matchAll(addressPattern), ...text.matchAll(tokenPattern)].flatMap((found) => {
    const { user, secret, host = '' } = found.groups ?? {}
    const isNear = /^(?:localhost|127\.|0\.0\.0\.0|\[?::1)/.test(host)
    return isNear || user === secret ? [] : secretOf(found, `a password for ${host}`)
  })
  return [...around, ...inAddresses]
}

function secretOf(found: RegExpExecArray, what: string): readonly TextSecret[] {
  const secret = found.groups?.['secret'] ?? ''
  const [start, end] = found.indices?.groups?.['secret'] ?? [0, 0]
  return end === 0 || isPlaceholder(secret) ? [] : [{ what, range: { start, end } }]
}

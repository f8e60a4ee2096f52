import type { Credential } from '../credential.ts'

/** The Authorization header of RFC 7617, for credentials that have a password. */
export function basicHeader(credential: Credential): string | undefined {
  if (credential.kind !== 'password') return undefined
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`
}

import { errorMessage } from '../std/errors.ts'
import { printable } from '../std/printable.ts'
import { fieldValue, readDeb822, type Stanza } from './deb822.ts'
import { DebianError } from './errors.ts'
import type { Keyring } from './keyring.ts'
import { ClearSignedError, splitClearSigned, type ClearSigned } from './signature/clear-signed.ts'
import { verifySignature, type SignedText } from './signature/verify-signature.ts'

/** A file that a Release vouches for. */
export interface ReleaseFile {
  /** 64 hexadecimal digits. */
  readonly sha256: string
  readonly sizeBytes: number
}

/** What a signed Release file says (repository format, "Release files"). Nothing in it is from outside the signed part. */
export interface Release {
  /** The name that moves on: `stable`, `oldstable-security`. Empty where the archive gives none. */
  readonly suite: string
  /** The name that stays: `trixie`, `bookworm-security`. Empty where the archive gives none. */
  readonly codename: string
  /** `13.7`, for a release that has a number. */
  readonly version: string | undefined
  readonly dateMs: number
  readonly validUntilMs: number | undefined
  readonly architectures: readonly string[]
  /** Packages for all architectures are in an index of their own, beside that of each architecture. */
  readonly hasIndexForAll: boolean
  /** Whether files can be had by their hash, which stay while the archive is being changed. */
  readonly isByHash: boolean
  /** By path below the suite's folder: `main/binary-amd64/Packages.xz`. */
  readonly files: ReadonlyMap<string, ReleaseFile>
  /** Fingerprint of the primary key that vouches for it. */
  readonly signedBy: string
}

/** How a Release is verified. */
export interface ReleaseCheck {
  /** Names it in messages: `InRelease of bookworm at mirror.example.com`. */
  readonly name: string
  readonly keyring: Keyring
  /** The machine's time. */
  readonly nowMs: number
}

/** How far the clock of this machine may be behind the archive's. */
export const clockAllowanceMs: number = 10 * 60_000

/**
 * Verifies a clear-signed Release file, InRelease.
 *
 * @throws DebianError `bad-signature`, `unknown-key`, `bad-release`
 */
export async function readInRelease(bytes: Uint8Array, check: ReleaseCheck): Promise<Release> {
  let parts: ClearSigned
  try {
    parts = splitClearSigned(bytes)
  } catch (error) {
    if (!(error instanceof ClearSignedError)) throw error
    throw new DebianError('bad-signature', `${check.name} is not one signed text: ${error.message}`, {
      hint: 'A proxy or a login page may have answered in place of the mirror.',
    })
  }
  // The line break before the signature belongs to the frame and not to the text.
  const signed = Buffer.from(parts.text.slice(0, -1))
  return await verified({ bytes: signed, signature: parts.signature, kind: 'text' }, parts.text, check)
}

/**
 * Verifies a Release file with its signature in a file of its own, Release.gpg.
 *
 * @throws DebianError `bad-signature`, `unknown-key`, `bad-release`
 */
export async function readDetachedRelease(
  bytes: Uint8Array,
  signature: Uint8Array,
  check: ReleaseCheck,
): Promise<Release> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw badRelease(check.name, 'it is no UTF-8', cause)
  }
  const armour = Buffer.from(signature).toString('latin1')
  return await verified({ bytes, signature: armour, kind: 'binary' }, text, check)
}

async function verified(signed: SignedText, text: string, check: ReleaseCheck): Promise<Release> {
  const outcome = await verifySignature(signed, check.keyring.keys, check.nowMs + clockAllowanceMs)
  if ('code' in outcome) {
    const hint =
      outcome.code === 'unknown-key'
        ? 'If you trust who runs this archive, name the file with their key as a keyring.'
        : 'Somebody changed the file on its way, or the mirror is damaged. Try another mirror.'
    throw new DebianError(outcome.code, `${check.name}: ${outcome.message}`, { hint })
  }
  return parseRelease(text, outcome.fingerprint, check.name)
}

/** @throws DebianError `bad-release` */
function parseRelease(text: string, signedBy: string, name: string): Release {
  let stanzas: readonly Stanza[]
  try {
    stanzas = readDeb822(text, name)
  } catch (cause) {
    throw badRelease(name, errorMessage(cause), cause)
  }
  const [stanza] = stanzas
  if (stanza === undefined || stanzas.length > 1) throw badRelease(name, 'it has not one paragraph')
  const value = (field: string): string => fieldValue(stanza, field) ?? ''
  const words = (field: string): readonly string[] =>
    value(field)
      .split(/\s+/)
      .filter((word) => word !== '')
  const version = value('version')
  const architectures = words('architectures')
  const date = (field: string): number | undefined => parseDate(value(field), field, name)
  const dateMs = date('date')
  if (dateMs === undefined) throw badRelease(name, 'it has no Date')
  return {
    suite: value('suite'),
    codename: value('codename'),
    version: version === '' ? undefined : version,
    dateMs,
    validUntilMs: date('valid-until'),
    architectures,
    hasIndexForAll: architectures.includes('all') && !words('no-support-for-architecture-all').includes('Packages'),
    isByHash: value('acquire-by-hash') === 'yes',
    files: parseFiles(value('sha256'), name),
    signedBy,
  }
}

/** RFC 2822's form, always in UTC: `Sat, 11 Jul 2026 10:16:37 UTC`. */
function parseDate(text: string, field: string, name: string): number | undefined {
  if (text === '') return undefined
  const match = /^(?:\w{3}, )?(\d{1,2} \w{3} \d{4} \d{1,2}:\d{2}:\d{2}) (?:UTC|GMT|Z|\+0000)$/.exec(text)
  const ms = Date.parse(`${match?.[1] ?? ''} UTC`)
  if (Number.isNaN(ms)) throw badRelease(name, `its ${field} is no date: ${printable(text.slice(0, 60))}`)
  return ms
}

/** Lines of hash, size and path. */
function parseFiles(table: string, name: string): ReadonlyMap<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>()
  for (const line of table.split('\n')) {
    if (line.trim() === '') continue
    const match = /^\s*([0-9a-f]{64})\s+(\d{1,15})\s+(\S+)$/.exec(line)
    const [, sha256, size, path] = match ?? []
    if (sha256 === undefined || size === undefined || path === undefined || !isPathInside(path)) {
      throw badRelease(name, `this line of its SHA256 is none: ${printable(line.trim().slice(0, 120))}`)
    }
    files.set(path, { sha256, sizeBytes: Number(size) })
  }
  if (files.size === 0) throw badRelease(name, 'it has no SHA256 of any file')
  return files
}

/** Whether a path leads to something below its folder, without tricks. */
function isPathInside(path: string): boolean {
  return /^[\w+.~:@%=,()-]+(?:\/[\w+.~:@%=,()-]+)*$/.test(path) && !path.split('/').some((part) => /^\.\.?$/.test(part))
}

/** What a Release must be to be used. */
export interface ReleaseExpectation {
  /** Names it in messages. */
  readonly name: string
  /** What was asked for; the codename or the suite must be it. */
  readonly suite: string
  readonly nowMs: number
  /** Whether it may be past its Valid-Until. */
  readonly isExpiredAllowed: boolean
}

/**
 * Checks that a verified Release is of the right suite and of the right time.
 *
 * @throws DebianError `bad-release` for another suite, `expired-release` for a time that is past or to come.
 */
export function checkRelease(release: Release, expected: ReleaseExpectation): void {
  const { name, nowMs } = expected
  const suite = expected.suite.replace(/\/updates$/, '')
  const names = [release.codename, release.suite].flatMap((each) => [each, each.replace(/\/updates$/, '')])
  if (!names.includes(suite)) {
    const found = printable(`${release.codename} (${release.suite})`)
    throw new DebianError('bad-release', `${name} is for ${found}, not for ${suite}`, {
      hint: 'The mirror serves one suite in place of another. Try another mirror.',
    })
  }
  if (release.dateMs > nowMs + clockAllowanceMs) {
    throw new DebianError('expired-release', `${name} is from the future: ${isoDate(release.dateMs)}`, {
      hint: 'Check the date and time of this machine.',
    })
  }
  const { validUntilMs } = release
  if (validUntilMs === undefined || validUntilMs >= nowMs || expected.isExpiredAllowed) return
  throw new DebianError('expired-release', `${name} was valid until ${isoDate(validUntilMs)} only`, {
    hint: 'The mirror is not kept up to date, and security updates may be missing. Try another, or check the date of this machine.',
  })
}

/** A point in time, for messages: `2026-07-11 10:16 UTC`. */
export function isoDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function badRelease(name: string, why: string, cause?: unknown): DebianError {
  return new DebianError('bad-release', `${name} is not as a Release file should be: ${why}`, {
    cause,
    hint: 'Try another mirror.',
  })
}

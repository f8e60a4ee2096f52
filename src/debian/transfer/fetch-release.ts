import type { HttpAnswer } from '../../http/exchange.ts'
import { discardBody, readBody } from '../../http/body.ts'
import { singleHeader } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import { TooManyBytesError } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { DebianError } from '../errors.ts'
import { checkRelease, isoDate, readDetachedRelease, readInRelease, type Release } from '../release.ts'
import type { Keyring } from '../keyring.ts'
import type { ArchiveSource } from '../sources.ts'
import { suiteUrl, type ArchiveAccess } from './archive-access.ts'
import type { MirrorClient } from './mirror-client.ts'
import { shownUrl, unreachable } from './mirror-errors.ts'
import { keepRelease, noteChecked, readKeptRelease, type StoredRelease } from './release-cache.ts'

/**
 * The index of a suite as one mirror has it, verified: what is kept, if the mirror has nothing newer or is not to be asked.
 *
 * @throws DebianError also `older-release` if it is older than what the mirror gave before.
 */
export async function fetchRelease(
  mirror: string,
  source: ArchiveSource,
  keyring: Keyring,
  access: ArchiveAccess,
  job: Job,
): Promise<Release> {
  const url = suiteUrl(mirror, source.suite)
  const name = `the index of ${source.suite} at ${url.host}`
  const check = { name, keyring, nowMs: job.clock.now() }
  const verify = (stored: StoredRelease): Promise<Release> => {
    const bytes = Buffer.from(stored.release, 'base64')
    if (stored.signature === null) return readInRelease(bytes, check)
    return readDetachedRelease(bytes, Buffer.from(stored.signature, 'base64'), check)
  }
  const kept = await readKeptRelease(access.cacheFolder, url.href)
  // What is kept was verified when it came. Keys change, and so it is again; what does not hold is as if it was not there.
  const known = kept === undefined ? undefined : await verify(kept.stored).catch(ignoreDebianError)
  const isFresh = kept !== undefined && Math.abs(check.nowMs - kept.checkedMs) < access.freshnessMs
  const expectation = { name, suite: source.suite, nowMs: check.nowMs }
  const isExpiredAllowed = !source.isValidUntilChecked || access.isOffline
  if (access.isOffline || (isFresh && known !== undefined)) {
    if (known === undefined) throw notInCache(name)
    checkRelease(known, { ...expectation, isExpiredAllowed })
    return warned(known, name, job)
  }
  const stored = await requestRelease(url, known === undefined ? undefined : kept?.stored, access.client, job)
  if (stored === undefined && known !== undefined) {
    checkRelease(known, { ...expectation, isExpiredAllowed })
    await noteChecked(access.cacheFolder, url.href, job)
    return warned(known, name, job)
  }
  if (stored === undefined) throw new DebianError('mirror-bad-answer', `${name}: the mirror sent nothing`)
  const release = await verify(stored)
  checkRelease(release, { ...expectation, isExpiredAllowed })
  if (known !== undefined && known.dateMs > release.dateMs) throw older(name, known, release)
  const isReplaceable = async (other: StoredRelease): Promise<boolean> => {
    const otherRelease = await verify(other).catch(ignoreDebianError)
    return otherRelease === undefined || otherRelease.dateMs <= release.dateMs
  }
  await keepRelease(access.cacheFolder, stored, isReplaceable, job)
  return warned(release, name, job)
}

function ignoreDebianError(error: unknown): undefined {
  if (!(error instanceof DebianError)) throw error
}

/** An index past its time is used only where somebody wanted that, and is still worth a word. */
function warned(release: Release, name: string, job: Job): Release {
  const { validUntilMs } = release
  if (validUntilMs !== undefined && validUntilMs < job.clock.now()) {
    const message = `${name} was valid until ${isoDate(validUntilMs)}: newer updates may be missing`
    job.emit({ type: 'notice', level: 'warning', message })
  }
  return release
}

/** Undefined where the mirror says that it has nothing newer than what is known. */
async function requestRelease(
  url: URL,
  known: StoredRelease | undefined,
  client: MirrorClient,
  job: Job,
): Promise<StoredRelease | undefined> {
  const headers = {
    ...headerOf('if-none-match', known?.etag),
    ...headerOf('if-modified-since', known?.lastModified),
  }
  const inRelease = new URL(known === undefined || known.signature === null ? 'InRelease' : 'Release', url)
  const expect = known === undefined ? [404] : [304, 404]
  const answer = await client.get({ url: inRelease, headers, expect }, job)
  if (answer.status === 304) {
    discardBody(answer)
    return undefined
  }
  if (answer.status === 404) {
    discardBody(answer)
    return await requestDetached(url, client, job)
  }
  const release = await readSmall(answer, inRelease, job)
  const signature = inRelease.href.endsWith('/InRelease') ? null : await requestSignature(url, client, job)
  return stored(url, answer, release, signature)
}

function headerOf(name: string, value: string | null | undefined): Readonly<Record<string, string>> {
  return value === null || value === undefined ? {} : { [name]: value }
}

/** Release and Release.gpg: older archives have no InRelease. */
async function requestDetached(url: URL, client: MirrorClient, job: Job): Promise<StoredRelease> {
  const release = new URL('Release', url)
  const answer = await client.get({ url: release, expect: [404] }, job)
  if (answer.status === 404) {
    discardBody(answer)
    throw new DebianError('not-in-archive', `${url.host} has no such suite (${shownUrl(url)})`, {
      hint: 'Check the name of the suite. Releases that are no longer supported are at http://archive.debian.org/debian.',
    })
  }
  const bytes = await readSmall(answer, release, job)
  return stored(url, answer, bytes, await requestSignature(url, client, job))
}

async function requestSignature(url: URL, client: MirrorClient, job: Job): Promise<Buffer> {
  const signature = new URL('Release.gpg', url)
  const answer = await client.get({ url: signature, expect: [404] }, job)
  if (answer.status === 200) return await readSmall(answer, signature, job)
  discardBody(answer)
  throw new DebianError('bad-signature', `the index at ${shownUrl(url)} is not signed`, {
    hint: 'Packages of an archive that nobody vouches for are not installed. Try another mirror.',
  })
}

function stored(url: URL, answer: HttpAnswer, release: Buffer, signature: Buffer | null): StoredRelease {
  return {
    url: url.href,
    release: release.toString('base64'),
    signature: signature === null ? null : signature.toString('base64'),
    etag: singleHeader(answer.headers, 'etag') ?? null,
    lastModified: singleHeader(answer.headers, 'last-modified') ?? null,
  }
}

async function readSmall(answer: HttpAnswer, url: URL, job: Job): Promise<Buffer> {
  const { releaseBytesMax } = job.limits
  try {
    return Buffer.from(await readBody(answer, releaseBytesMax, job.signal))
  } catch (error) {
    if (error instanceof TransportError) throw unreachable(error, url)
    if (!(error instanceof TooManyBytesError)) throw error
    throw new DebianError('mirror-bad-answer', `${shownUrl(url)} has more than ${releaseBytesMax} bytes`, {
      hint: 'This may be no mirror. Try another.',
    })
  }
}

function older(name: string, known: Release, release: Release): DebianError {
  const dates = `it is of ${isoDate(release.dateMs)}, and the one before was of ${isoDate(known.dateMs)}`
  return new DebianError('older-release', `${name} is older than it was: ${dates}`, {
    hint: 'Somebody may be hiding security updates from you, or the mirror was set back. Try another mirror.',
  })
}

function notInCache(name: string): DebianError {
  return new DebianError('not-in-cache', `${name} is not in the cache, and nothing may be fetched`, {
    hint: 'Do the same once without --offline.',
  })
}

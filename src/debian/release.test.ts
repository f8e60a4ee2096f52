import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { releaseText, type SuiteParts } from '../../test/support/debian-archive.ts'
import { makeSigningKey, type SigningKey, type SignOptions } from '../../test/support/debian-signing.ts'
import type { DebianErrorCode } from './errors.ts'
import { loadKeyring, type Keyring } from './keyring.ts'
import { checkRelease, clockAllowanceMs, readDetachedRelease, readInRelease, type Release } from './release.ts'

const list = Buffer.from('Package: a\n')
const lists = { 'main/binary-amd64/Packages': list }
const hour = 3_600_000

let key: SigningKey
let other: SigningKey
let keyring: Keyring
before(async () => {
  key = await makeSigningKey()
  other = await makeSigningKey()
  keyring = await ringOf(key)
})

const ringOf = (...keys: readonly SigningKey[]): Promise<Keyring> =>
  loadKeyring({ hasDebianKeys: false, files: [], armoured: keys.map(({ armour }) => armour), fingerprints: [] })

const text = (parts: Partial<SuiteParts> = {}): string => releaseText({ suite: 'bookworm', key, ...parts }, lists)
const check = () => ({ name: 'InRelease of the test', keyring, nowMs: Date.now() })
const read = (file: string | Uint8Array): Promise<Release> => readInRelease(Buffer.from(file), check())
const readSigned = async (release: string, options?: SignOptions): Promise<Release> =>
  read(await key.clearSign(release, options))

async function refused(reading: Promise<unknown>, code: DebianErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof Error && 'code' in error && 'hint' in error, String(error))
    assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message)
    return true
  })
}

describe('InRelease', () => {
  test('says what it vouches for, and who vouches for it', async () => {
    const date = new Date('2026-07-11T10:16:37Z')
    const fields = { Version: '12.15', 'No-Support-for-Architecture-all': 'Packages', Architectures: 'all amd64' }
    const release = await readSigned(text({ date, validUntil: new Date(date.getTime() + hour), fields }))
    const [path, file] = [...release.files][0] ?? []
    assert.deepEqual([path, file?.sizeBytes, file?.sha256.length], ['main/binary-amd64/Packages', 11, 64])
    assert.deepEqual(
      { ...release, files: undefined },
      {
        suite: 'oldstable',
        codename: 'bookworm',
        version: '12.15',
        dateMs: date.getTime(),
        validUntilMs: date.getTime() + hour,
        architectures: ['all', 'amd64'],
        hasIndexForAll: false,
        isByHash: true,
        files: undefined,
        signedBy: key.fingerprint,
      },
    )
  })

  test('may have an index for all architectures', async () => {
    const fields = { Architectures: 'all amd64', 'Acquire-By-Hash': '' }
    const release = await readSigned(text({ fields }))
    assert.deepEqual([release.hasIndexForAll, release.isByHash], [true, false])
  })

  test('that was changed anywhere is refused, or says the same', async () => {
    const signed = await key.clearSign(text())
    const before = await read(signed)
    const signature = signed.indexOf('-----BEGIN PGP SIGNATURE')
    for (let at = 0; at < signature; at += 7) {
      const changed = Buffer.from(signed)
      changed[at] = (changed[at] ?? 0) ^ 1
      const after = await read(changed).catch((error: unknown) => error)
      if (after instanceof Error) assert.match(String('code' in after && after.code), /^bad-signature$/)
      else assert.deepEqual(after, before, `byte ${at}`)
    }
  })

  test('by a key that is not trusted is refused, with its number', async () => {
    await refused(read(await other.clearSign(text())), 'unknown-key', new RegExp(`key ${other.fingerprint.slice(-16)}`))
  })

  test('needs one good signature of several', async () => {
    const both = await ringOf(other, key)
    assert.equal(
      (await readInRelease(Buffer.from(await key.clearSign(text())), { ...check(), keyring: both })).signedBy,
      key.fingerprint,
    )
  })

  test('that is not one signed text is refused', async () => {
    const signed = await key.clearSign(text())
    await refused(read(text()), 'bad-signature', /does not begin with/)
    await refused(read('<html>log in</html>'), 'bad-signature', /does not begin with/)
    await refused(read(`${text()}${signed}`), 'bad-signature', /does not begin with/)
    await refused(read(`${signed}${text()}`), 'bad-signature', /follows the signature/)
    await refused(read(signed.replace(/^[A-Za-z0-9+/]{20,}$/m, '')), 'bad-signature', /./)
  })

  test('signed by a key that had expired then, or was not there yet, is refused', async () => {
    const old = await makeSigningKey({ date: new Date(Date.now() - 48 * hour), keyExpirationTime: 24 * 3600 })
    keyring = await ringOf(key, old)
    const during = await old.clearSign(text(), { date: new Date(Date.now() - 30 * hour) })
    assert.equal((await read(during)).signedBy, old.fingerprint)
    await assert.rejects(old.clearSign(text()), /expired/)
    await refused(readSigned(text(), { date: new Date(Date.now() + 2 * clockAllowanceMs) }), 'bad-signature', /future/)
    keyring = await ringOf(key)
  })

  test('that does not follow its format is refused, although it is signed', async () => {
    const bad = (fields: Readonly<Record<string, string>>, message: RegExp): Promise<void> =>
      refused(readSigned(text({ fields })), 'bad-release', message)
    await bad({ Date: '' }, /no Date/)
    await bad({ Date: 'yesterday' }, /date is no date/)
    await bad({ 'Valid-Until': '2026-01-01' }, /valid-until is no date/)
    await bad({ SHA256: '' }, /no SHA256/)
    await bad({ SHA256: '\n abc 12 main/x' }, /line of its SHA256/)
    for (const path of ['../x', '/etc/passwd', 'a/../b', 'a//b', './a']) {
      await bad({ SHA256: `\n ${'0'.repeat(64)} 12 ${path}` }, /line of its SHA256/)
    }
    await refused(readSigned(`${text()}\nSuite: other\n`), 'bad-release', /not one paragraph/)
    await refused(readSigned(`${text()}Suite: other\n`), 'bad-release', /second time/)
  })
})

describe('Release with Release.gpg', () => {
  test('says the same', async () => {
    const bytes = Buffer.from(text())
    const signature = Buffer.from(await key.detachedSign(bytes))
    const release = await readDetachedRelease(bytes, signature, check())
    assert.deepEqual(release, await read(await key.clearSign(String(bytes))))
  })

  test('that was changed, or is signed by others, is refused', async () => {
    const bytes = Buffer.from(text())
    const signature = Buffer.from(await key.detachedSign(bytes))
    const changed = Buffer.from(text().replace('oldstable', 'newstable'))
    await refused(readDetachedRelease(changed, signature, check()), 'bad-signature', /digest did not match/)
    const crlf = Buffer.from(text().replaceAll('\n', '\r\n'))
    await refused(readDetachedRelease(crlf, signature, check()), 'bad-signature', /digest did not match/)
    const others = Buffer.from(await other.detachedSign(bytes))
    await refused(readDetachedRelease(bytes, others, check()), 'unknown-key', /not by a key that is trusted/)
    await refused(readDetachedRelease(bytes, Buffer.from('no signature'), check()), 'bad-signature', /cannot be read/)
  })
})

describe('a Release', () => {
  const expected = (changes: object = {}) => ({
    name: 'InRelease',
    suite: 'bookworm',
    nowMs: Date.now(),
    isExpiredAllowed: false,
    ...changes,
  })
  const checked = async (parts: Partial<SuiteParts>, changes?: object): Promise<void> =>
    checkRelease(await readSigned(text(parts)), expected(changes))

  test('is for the suite that was asked for, by either of its names', async () => {
    await checked({})
    await checked({}, { suite: 'oldstable' })
    await checked({ fields: { Codename: 'buster/updates' } }, { suite: 'buster/updates' })
    await checked({ fields: { Codename: 'buster' } }, { suite: 'buster/updates' })
    await refused(checked({}, { suite: 'trixie' }), 'bad-release', /for bookworm \(oldstable\), not for trixie/)
  })

  test('is neither from the future nor past its time', async () => {
    const validUntil = new Date(Date.now() - hour)
    await refused(checked({ validUntil }), 'expired-release', /was valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC only/)
    await checked({ validUntil }, { isExpiredAllowed: true })
    await checked({ validUntil: new Date(Date.now() + hour) })
    await checked({ date: new Date(Date.now() + clockAllowanceMs / 2) })
    await refused(checked({ date: new Date(Date.now() + 2 * hour) }), 'expired-release', /from the future/)
  })
})

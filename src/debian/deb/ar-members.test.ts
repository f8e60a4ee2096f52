import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { arOf } from '../../../test/support/debian-archive.ts'
import { seededRandom, testSeed } from '../../../test/support/seeded-random.ts'
import { ArError, readArMembers, type ArMember } from './ar-members.ts'

const read = (bytes: Uint8Array): Promise<readonly ArMember[]> =>
  readArMembers((offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)), bytes.length)
const refused = (bytes: Uint8Array, message: RegExp): Promise<void> =>
  assert.rejects(read(bytes), (error) => {
    assert.ok(error instanceof ArError, String(error))
    assert.match(error.message, message)
    return true
  })

const sample = arOf([
  ['debian-binary', Buffer.from('2.0\n')],
  ['odd', Buffer.from('abc')],
  ['last', Buffer.from('12345')],
])

describe('an ar archive', () => {
  test('gives its members back, whatever is in them', async () => {
    const name = fc.stringMatching(/^[!-.0-~]{1,15}$/)
    const members = fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 50 })), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(members, async (parts) => {
        const bytes = arOf(parts)
        const found = (await read(bytes)).map(
          (each) =>
            [each.name, Uint8Array.from(bytes.subarray(each.startBytes, each.startBytes + each.sizeBytes))] as const,
        )
        assert.deepEqual(found, parts)
      }),
    )
  })

  test('may end names with a slash, and leave out the padding of the last member', async () => {
    const slashed = Buffer.from(sample.toString('latin1').replace('debian-binary ', 'debian-binary/'), 'latin1')
    assert.equal((await read(slashed))[0]?.name, 'debian-binary')
    assert.equal((await read(sample.subarray(0, -1))).length, 3)
  })

  test('that ends anywhere else is refused', async () => {
    // Without members, or where a member ends, it is whole.
    const whole = new Set([8, 72, 135, 136, 201, 202])
    for (let length = 0; length < sample.length; length += 1) {
      if (!whole.has(length)) await refused(sample.subarray(0, length), /begin|ends within/)
    }
  })

  test('with sizes, names or marks that are none is refused', async () => {
    const changed = (from: string, to: string): Buffer => Buffer.from(sample.toString('latin1').replace(from, to), 'latin1') // prettier-ignore
    await refused(changed('4         `', '-4        `'), /header of a member is damaged \(offset 8\)/)
    await refused(changed('4         `', '4x        `'), /damaged/)
    await refused(changed('4         `', '          `'), /damaged/)
    await refused(changed('4         `', '9999999999`'), /ends within its member debian-binary/)
    await refused(changed('`\n', '``'), /damaged/)
    await refused(changed('debian-binary   ', '                '), /damaged/)
    await refused(changed('debian-binary   ', '../../etc/passwd'), /damaged/)
    await refused(changed('debian-binary   ', '#1/20           '), /damaged/)
    await refused(changed('debian-binary   ', '//              '), /damaged/)
    await refused(changed('!<arch>', '!<thin>'), /does not begin/)
    const many = arOf(Array.from({ length: 17 }, () => ['a', Buffer.alloc(0)] as const))
    await refused(many, /more than 16 members/)
  })

  test(`damaged at random is refused or read within its bounds (WHERRY_TEST_SEED=${testSeed()})`, async () => {
    const random = seededRandom(testSeed())
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(sample)
      for (let count = 1 + random.integer(4); count > 0; count -= 1)
        bytes[random.integer(bytes.length)] = random.integer(256)
      const members = await read(bytes).catch((error: unknown) => {
        assert.ok(error instanceof ArError, String(error))
        return []
      })
      for (const { startBytes, sizeBytes } of members) assert.ok(startBytes + sizeBytes <= bytes.length)
    }
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findUser, homeOf } from './user.ts'

const files = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\n# nobody else\nada:x:1000:100:Ada:/home/ada:/bin/sh\n1001:x:7:8::/seven:\n',
  group: 'root:x:0:\nusers:x:100:\nwheel:x:10:root,ada\nstaff:x:50:ada\n',
}

describe('findUser', () => {
  for (const [text, uid, gid, additionalGids] of [
    ['', 0, 0, [0, 10]],
    ['root', 0, 0, [0, 10]],
    ['ada', 1000, 100, [100, 10, 50]],
    ['1000', 1000, 100, [100, 10, 50]],
    ['4711', 4711, 0, [0]],
    ['4711:12', 4711, 12, [12]],
    ['ada:staff', 1000, 50, [50]],
    ['ada:77', 1000, 77, [77]],
    // There is a user of that name.
    ['1001', 1001, 0, [0]],
  ] as const) {
    test(`knows ${JSON.stringify(text)}`, () => {
      assert.deepEqual(findUser(text, files), { uid, gid, additionalGids })
    })
  }

  test('names what the files do not have', () => {
    assert.deepEqual(findUser('bob', files), { unknown: 'user', name: 'bob' })
    assert.deepEqual(findUser('ada:bobs', files), { unknown: 'group', name: 'bobs' })
    assert.deepEqual(findUser('ada', { passwd: '', group: '' }), { unknown: 'user', name: 'ada' })
    assert.deepEqual(findUser('4294967296', files), { unknown: 'user', name: '4294967296' })
  })
})

test('homeOf finds the home, or the root folder', () => {
  assert.equal(homeOf(1000, files), '/home/ada')
  assert.equal(homeOf(4711, files), '/')
})

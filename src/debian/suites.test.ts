import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSuite, pocketFolder } from './suites.ts'

describe('the name of a suite', () => {
  test('may be a codename, a number, or a name that moves on', () => {
    const stays = { pocket: undefined, isDebian: true, hasPockets: true, isMoving: false }
    assert.deepEqual(parseSuite('bookworm'), { base: 'bookworm', ...stays })
    assert.deepEqual(parseSuite('12'), { base: 'bookworm', ...stays })
    assert.deepEqual(parseSuite('13.2'), { base: 'trixie', ...stays })
    assert.deepEqual(parseSuite('stable'), { base: 'stable', ...stays, isMoving: true })
    assert.deepEqual(parseSuite('sid'), { base: 'sid', ...stays, hasPockets: false })
  })

  test('may be that of a pocket', () => {
    assert.deepEqual([parseSuite('12-backports').base, parseSuite('12-backports').pocket], ['bookworm', 'backports'])
    assert.equal(parseSuite('stable-proposed-updates').pocket, 'proposed-updates')
    assert.equal(parseSuite('bookworm-pgdg').isDebian, false)
  })

  test('of another archive is as it is there', () => {
    assert.deepEqual(parseSuite('jammy-updates'), { base: 'jammy-updates', pocket: undefined, isDebian: false, hasPockets: false, isMoving: false }) // prettier-ignore
    assert.equal(parseSuite('99').isDebian, false)
  })

  test('leads to the folders of its pockets', () => {
    assert.equal(pocketFolder('bookworm', 'security'), 'bookworm-security')
    assert.equal(pocketFolder('buster', 'security'), 'buster/updates')
    assert.equal(pocketFolder('buster', 'updates'), 'buster-updates')
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nearNames } from './near-names.ts'

describe('the name that was meant', () => {
  test('is one that is near, and not the name itself', () => {
    const near = nearNames(new Set(['VERSION', 'HOME']))
    assert.equal(near.find('VERISON'), 'VERSION')
    assert.equal(near.find('VERSION'), undefined)
    assert.equal(near.find('SOMETHING'), undefined)
  })

  test('is not guessed from a letter or two', () => {
    assert.equal(nearNames(new Set(['A', 'AB'])).find('B'), undefined)
  })

  test('is looked for only so often, so that large files take no longer', () => {
    const near = nearNames(new Set(['NAME_0']))
    const names = Array.from({ length: 10_000 }, (_, index) => `NAME_X${index}`)
    assert.ok(names.filter((name) => near.find(name) !== undefined).length <= 100)
    const many = new Set(names)
    assert.equal(nearNames(many).find('NAME_Y1'), undefined)
  })
})

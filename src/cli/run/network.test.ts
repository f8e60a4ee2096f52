import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chooseNetwork } from './network.ts'

describe('the network', () => {
  test('is what is asked for', () => {
    assert.deepEqual(chooseNetwork('bridge', true, {}), { network: 'private', notice: undefined })
    assert.equal(chooseNetwork('host', true, {}).notice, 'with --network host no ports are published')
    assert.throws(() => chooseNetwork('privat', false, {}), { hint: 'Did you mean private?' })
    assert.throws(() => chooseNetwork('backend', false, {}), { code: 'wrong-usage' })
  })

  test('is one of its own where ports have to lead into it', () => {
    assert.equal(chooseNetwork(undefined, true, { PATH: '' }).network, 'private')
  })
})

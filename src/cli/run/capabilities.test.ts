import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { allCapabilities, defaultCapabilities } from '../../sandbox/capabilities.ts'
import { capabilitiesOf } from './capabilities.ts'

describe('capabilities', () => {
  test('are added to the usual ones and taken from them', () => {
    assert.deepEqual(capabilitiesOf([], []), defaultCapabilities)
    const changed = capabilitiesOf(['net_admin'], ['CAP_CHOWN'])
    assert.ok(changed.has('CAP_NET_ADMIN') && !changed.has('CAP_CHOWN') && changed.has('CAP_KILL'))
    assert.deepEqual([...capabilitiesOf(['CHOWN'], ['all'])], ['CAP_CHOWN'])
    assert.equal(capabilitiesOf(['ALL'], ['KILL']).size, allCapabilities.length - 1)
  })

  test('that do not exist are refused', () => {
    assert.throws(() => capabilitiesOf(['NET_ADMN'], []), { code: 'wrong-usage', hint: 'Did you mean NET_ADMIN?' })
  })
})

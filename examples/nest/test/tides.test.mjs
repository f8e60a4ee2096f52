import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidesService } from '../dist/tides/tides.service.js'

test('tides are told in the language that is asked for', () => {
  const [first] = new TidesService().local('Europe/Berlin', 'de')
  assert.deepEqual(first, { time: '15. Januar 2026 um 04:12 MEZ', metres: '3,1' })
})

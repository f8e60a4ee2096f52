import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TransferSpeed } from './transfer-speed.ts'

describe('TransferSpeed', () => {
  test('is unknown at the beginning', () => {
    const speed = new TransferSpeed(1000)
    speed.add(1010, 50_000)
    assert.equal(speed.bytesPerSecond(1010), undefined)
  })

  test('is the average of the last seconds, not of the whole transfer', () => {
    const speed = new TransferSpeed(0)
    for (let ms = 100; ms <= 10_000; ms += 100) speed.add(ms, ms)
    for (let ms = 10_100; ms <= 20_000; ms += 100) speed.add(ms, 10_000 + (ms - 10_000) * 5)
    assert.equal(Math.round(speed.bytesPerSecond(20_000) ?? 0), 5000)
  })

  test('falls while nothing comes', () => {
    const speed = new TransferSpeed(0)
    speed.add(1000, 1_000_000)
    assert.equal(speed.bytesPerSecond(1000), 1_000_000)
    assert.equal(speed.bytesPerSecond(2000), 500_000)
  })

  test('starts over when the transfer does', () => {
    const speed = new TransferSpeed(0)
    speed.add(1000, 9_000_000)
    speed.add(2000, 0)
    speed.add(3000, 1000)
    assert.equal(speed.bytesPerSecond(3000), 1000)
  })
})

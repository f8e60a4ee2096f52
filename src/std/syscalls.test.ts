import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { releaseFreeMemory } from './syscalls.ts'

const report: unknown = process.report.getReport()
const hasGlibc = JSON.stringify(report).includes('"glibcVersionRuntime"')

test('free memory goes back to the system', { skip: hasGlibc ? false : 'only glibc keeps it' }, () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  assert.ok(typeof collect === 'function')
  // Every other buffer stays, so that what is freed lies between what is not.
  const buffers = Array.from({ length: 1000 }, () => Buffer.allocUnsafeSlow(100_000).fill(1))
  const kept = buffers.filter((_, index) => index % 2 === 0)
  buffers.length = 0
  collect()
  const before = process.memoryUsage.rss()
  releaseFreeMemory()
  const released = before - process.memoryUsage.rss()
  assert.ok(released > 20_000_000, `only ${released} bytes of 50 MB, with ${kept.length} buffers kept`)
})

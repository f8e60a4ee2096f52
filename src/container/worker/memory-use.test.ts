import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryOf, parseShare } from './memory-use.ts'

test('the share of a process is read as the kernel writes it', () => {
  const text = '55f4-7ffc ---p 00000000 00:00 0   [rollup]\nRss:   1712 kB\nPss:     185 kB\nPss_Dirty:  116 kB\n'
  assert.equal(parseShare(text), 185 * 1024)
  assert.equal(parseShare(''), undefined)
})

test('nobody can tell what a process takes that is not there', () => {
  assert.equal(memoryOf(2 ** 30), undefined)
  assert.ok((memoryOf(process.pid) ?? 0) > 1_000_000)
})

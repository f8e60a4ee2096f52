import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDurationNanoseconds, parseSizeBytes, parseUnsigned } from './sizes.ts'

test('sizes are read as go-units does', () => {
  const cases: Readonly<Record<string, number | undefined>> = {
    '0': 0,
    '4096': 4096,
    '64m': 64 * 2 ** 20,
    '1.5 GiB': 1.5 * 2 ** 30,
    '2KB': 2048,
    '3b': 3,
    '1e3': 1000,
    '5 ': 5,
    '.5k': 512,
    '+7': 7,
    '': undefined,
    m: undefined,
    '-1': undefined,
    '1x': undefined,
    '1mi': undefined,
    '1bb': undefined,
    '1 000': undefined,
    ' 1': undefined,
    big: undefined,
  }
  for (const [text, bytes] of Object.entries(cases)) assert.equal(parseSizeBytes(text), bytes, JSON.stringify(text))
})

test('durations are read as Go does', () => {
  const cases: Readonly<Record<string, number | undefined>> = {
    '0': 0,
    '-0': 0,
    '30s': 30e9,
    '1m30s': 90e9,
    '1h1m1s1ms1us1ns': 3661001001001,
    '.5h': 1800e9,
    '1.s': 1e9,
    '-2s': -2e9,
    '3µs': 3000,
    '5': undefined,
    s: undefined,
    '': undefined,
    '1 s': undefined,
    '1d': undefined,
    '.s': undefined,
    '9999999h': undefined,
  }
  for (const [text, nanoseconds] of Object.entries(cases)) {
    const found = parseDurationNanoseconds(text)
    assert.equal(found === undefined ? undefined : found + 0, nanoseconds, text)
  }
})

test('numbers without sign have 32 bits', () => {
  assert.equal(parseUnsigned('0755', 8), 0o755)
  assert.equal(parseUnsigned('08', 8), undefined)
  assert.equal(parseUnsigned('4294967295', 10), 4294967295)
  assert.equal(parseUnsigned('4294967296', 10), undefined)
  for (const text of ['', '-1', '+1', '1.0', '0x1']) assert.equal(parseUnsigned(text, 10), undefined, text)
})

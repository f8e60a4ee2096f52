import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatAge, formatDuration } from './format-time.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('formatDuration', () => {
  const cases = [
    [0, '0ms'],
    [850, '850ms'],
    [4123, '4.1s'],
    [9949, '9.9s'],
    [9960, '10s'],
    [59_700, '1m 0s'],
    [200_000, '3m 20s'],
    [2 * HOUR + 5 * MINUTE, '2h 5m'],
  ] as const
  for (const [ms, text] of cases) test(`${ms} ms is ${text}`, () => assert.equal(formatDuration(ms), text))
})

describe('formatAge', () => {
  const cases = [
    [0, 'Less than a second ago'],
    [SECOND, '1 second ago'],
    [59 * SECOND, '59 seconds ago'],
    [MINUTE, 'About a minute ago'],
    [3 * MINUTE, '3 minutes ago'],
    [HOUR, 'About an hour ago'],
    [5 * HOUR, '5 hours ago'],
    [47 * HOUR, '47 hours ago'],
    [2 * DAY, '2 days ago'],
    [14 * DAY, '2 weeks ago'],
    [60 * DAY, '2 months ago'],
    [730 * DAY, '2 years ago'],
    [-DAY, 'in the future'],
  ] as const
  for (const [ms, text] of cases) test(`${ms} ms is ${text}`, () => assert.equal(formatAge(ms), text))
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nextLink, parseContentRange, retryAfterMs } from './headers.ts'

describe('Retry-After', () => {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)

  test('is seconds or a date', () => {
    assert.equal(retryAfterMs('7', nowMs), 7000)
    assert.equal(retryAfterMs('Fri, 02 Jan 2026 03:04:35 GMT', nowMs), 30_000)
    assert.equal(retryAfterMs('Friday, 02-Jan-26 03:04:35 GMT', nowMs), 30_000)
    assert.equal(retryAfterMs('Fri, 02 Jan 2026 03:04:00 GMT', nowMs), 0)
  })

  test('that is anything else is none', () => {
    for (const text of [undefined, '', '-1', '1.5', 'soon', '99999999999', '2026-01-02']) {
      assert.equal(retryAfterMs(text, nowMs), undefined)
    }
  })
})

describe('Content-Range', () => {
  test('is where a part begins and ends', () => {
    assert.deepEqual(parseContentRange('bytes 5-9/10'), { first: 5, last: 9, size: 10 })
    assert.deepEqual(parseContentRange('bytes 5-9/*'), { first: 5, last: 9, size: undefined })
    for (const text of [undefined, '', 'bytes */10', 'bytes 9-5/10', 'lines 5-9/10']) {
      assert.equal(parseContentRange(text), undefined)
    }
  })
})

describe('Link', () => {
  test('leads to the next page', () => {
    const cases: Record<string, string | undefined> = {
      '</v2/a/tags/list?n=2&last=b>; rel="next"': '/v2/a/tags/list?n=2&last=b',
      '<https://h/x>; rel=next': 'https://h/x',
      '<a>; rel="prev", <b>; title="x, y"; rel="last next"': 'b',
      '<a>; rel=nextish, <b>; rel="not-next"': undefined,
      '<a>': undefined,
      next: undefined,
    }
    for (const [header, expected] of Object.entries(cases)) assert.equal(nextLink(header), expected, header)
    assert.equal(nextLink(undefined), undefined)
  })

  test('that is any text is read without failing', () => {
    const pieces = fc.array(fc.constantFrom('<', '>', ';', 'rel', '=', '"', 'next', ',', ' ', 'x'), { maxLength: 60 })
    fc.assert(fc.property(pieces, (parts) => void nextLink(parts.join(''))))
  })
})

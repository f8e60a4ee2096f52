import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseProblems } from './answer-error.ts'

describe('an error body', () => {
  test('is read in the forms that registries and token services use', () => {
    const cases: readonly [string, ReturnType<typeof parseProblems>][] = [
      [
        '{"errors":[{"code":"DENIED","message":"no","detail":[{"Type":"repository"}]},{"code":"X"}]}',
        [
          { code: 'DENIED', message: 'no' },
          { code: 'X', message: '' },
        ],
      ],
      ['{"details":"incorrect username or password"}', [{ code: '', message: 'incorrect username or password' }]],
      ['{"error":"invalid_grant","error_description":"too old"}', [{ code: 'invalid_grant', message: 'too old' }]],
      ['404 page not found\n', [{ code: '', message: '404 page not found' }]],
      ['<html><title>502</title></html>', []],
      ['', []],
      ['[1]', []],
      ['{"errors":"many"}', []],
    ]
    for (const [body, expected] of cases) assert.deepEqual(parseProblems(body), expected, body)
  })

  test('never moves the cursor, and is never long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        for (const body of [text, JSON.stringify({ errors: [{ code: text, message: text }] })]) {
          for (const { code, message } of parseProblems(body)) {
            assert.doesNotMatch(code + message, /[\p{Cc}\p{Cf}]/u)
            assert(code.length <= 301 && message.length <= 301)
          }
        }
      }),
    )
    assert.deepEqual(parseProblems('{"errors":[{"message":"\\u001b[2Ja\\nb\\u202e"}]}'), [
      { code: '', message: ' [2Ja b ' },
    ])
  })
})

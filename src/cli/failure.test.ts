import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ImageError } from '../image/errors.ts'
import { exitStatusOf } from './exit-status.ts'
import { describeFailure } from './failure.ts'
import { plainStyle } from '../std/style.ts'

const failure = new ImageError('not-found', 'app:1 is not there', {
  hint: 'Did you mean app:2?',
  cause: new Error('GET /v2: 404', { cause: new Error('the first cause') }),
})

describe('describeFailure', () => {
  test('prints the message and what to do', () => {
    assert.equal(describeFailure(failure, false, plainStyle), 'error: app:1 is not there\nhint: Did you mean app:2?\n')
  })

  test('breaks what to do where the terminal ends', () => {
    const long = new ImageError('not-found', 'app:1 is not there', { hint: 'one two three four five\nsix' })
    assert.equal(
      describeFailure(long, false, plainStyle, 20),
      'error: app:1 is not there\nhint: one two\n  three four five\nsix\n',
    )
  })

  test('prints every cause with --debug', () => {
    const text = describeFailure(failure, true, plainStyle)
    assert.match(text, /^error: app:1 is not there\nhint: .*\nat: ImageError: app:1/)
    assert.match(text, /\ncaused by: Error: GET \/v2: 404\n/)
    assert.match(text, /\ncaused by: Error: the first cause\n/)
  })

  test('ends with causes that go in a circle', () => {
    const circle = new ImageError('not-found', 'a')
    circle.cause = circle
    assert.ok(describeFailure(circle, true, plainStyle).length < 100_000)
  })

  test('prints the stack of what nobody foresaw, and asks for a report', () => {
    const text = describeFailure(new TypeError('x is not a function'), false, plainStyle)
    assert.match(
      text,
      /^error: something went wrong that wherry did not foresee\nTypeError: x is not a function\n\s+at /,
    )
    assert.match(text, /\nhint: .*report/)
  })

  test('lets no message steer the terminal', () => {
    const text = describeFailure(new ImageError('bad-name', 'evil\x1b[2J\nnext'), false, plainStyle)
    assert.equal(text, 'error: evil\\x1b[2J\nnext\n')
  })
})

describe('exitStatusOf', () => {
  test('tells a no from a mistake and from a failure', () => {
    assert.equal(exitStatusOf(new ImageError('not-found', '')), 1)
    assert.equal(exitStatusOf(new ImageError('bad-name', '')), 2)
    assert.equal(exitStatusOf(new ImageError('digest-mismatch', '')), 3)
    assert.equal(exitStatusOf(new Error('unforeseen')), 3)
    assert.equal(exitStatusOf('no error at all'), 3)
  })
})

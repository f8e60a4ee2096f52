import assert from 'node:assert/strict'
import { test } from 'node:test'
import { variablesOf } from './process-variables.ts'

const usual = { hostname: 'box', hasTerminal: false, image: [], given: new Map<string, string | undefined>() }

test('given variables go before those of the image, and those before the usual ones', () => {
  assert.deepEqual([...variablesOf(usual).keys()], ['PATH', 'HOSTNAME'])
  const sources = {
    ...{ hostname: 'box', hasTerminal: true },
    image: ['PATH=/bin', 'A=a=b', 'B=', 'C=c', 'D=d'],
    given: new Map([['A', 'x'], ['TERM', 'dumb'], ['D', undefined]]), // prettier-ignore
  }
  assert.deepEqual(Object.fromEntries(variablesOf(sources)), {
    ...{ PATH: '/bin', HOSTNAME: 'box', TERM: 'dumb' },
    ...{ A: 'x', B: '', C: 'c' },
  })
})

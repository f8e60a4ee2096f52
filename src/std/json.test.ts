import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { array, looseObject, number, string } from 'valibot'
import { JsonError, parseJson } from './json.ts'

const schema = looseObject({ layers: array(looseObject({ digest: string(), size: number() })) })
const parse = (text: string): unknown => parseJson(Buffer.from(text), schema, 'thing x')

describe('parseJson', () => {
  test('gives the value, with fields that nobody asked for', () => {
    const value = { layers: [{ digest: 'd', size: 1, more: true }] }
    assert.deepEqual(parse(JSON.stringify(value)), value)
  })

  test('names the document and the path of what is wrong', () => {
    assert.throws(() => parse('{"layers":[{"digest":"d","size":1},{"digest":"d","size":"1"}]}'), {
      name: 'JsonError',
      message: /^thing x: layers\.1\.size: /,
    })
  })

  test('names the document when the whole of it is wrong', () => {
    assert.throws(() => parse('1'), /^JsonError: thing x: /)
  })

  test('refuses what is no JSON, is cut off, or is no UTF-8', () => {
    for (const bytes of [Buffer.from(''), Buffer.from('{"layers":['), Buffer.from([0x22, 0xff, 0x22])]) {
      assert.throws(() => parseJson(bytes, string(), 'thing x'), JsonError)
    }
  })

  test('a key called __proto__ changes nothing outside of the value', () => {
    parse('{"__proto__":{"polluted":1},"layers":[]}')
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })
})

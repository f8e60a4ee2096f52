import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { defaultLimits } from '../std/limits.ts'
import { fieldValue, parseDeb822, readDeb822, streamStanzas, valueRange } from './deb822.ts'

function values(text: string, comments = false): readonly Record<string, string>[] {
  return parseDeb822(text, { comments }).stanzas.map((stanza) =>
    Object.fromEntries([...stanza.fields].map(([key, field]) => [key, field.value])),
  )
}

function problems(text: string): readonly string[] {
  return parseDeb822(text, { comments: false }).problems.map(
    ({ code, range }) => `${code}: ${JSON.stringify(text.slice(range.start, range.end))}`,
  )
}

describe('parseDeb822', () => {
  test('reads fields, stanzas and continuation lines', () => {
    const text = 'Package: a\nDescription: short\n long\n .\n\tmore\n\n \t\nPACKAGE:b \r\nEmpty:\nList:\n one\n two'
    assert.deepEqual(values(text), [
      { package: 'a', description: 'short\n long\n .\n\tmore' },
      { package: 'b', empty: '', list: '\n one\n two' },
    ])
  })

  test('a value may hold colons, and look like a comment', () => {
    assert.deepEqual(values('A: b: c\nB: #d'), [{ a: 'b: c', b: '#d' }])
  })

  test('takes comments out where a file may have some, also within a field', () => {
    assert.deepEqual(values('# first\nURIs: a\n# between\n b\n\n# alone\n\nC: d', true), [
      { uris: 'a\n b' },
      { c: 'd' },
    ])
  })

  test('knows no comments in a package index', () => {
    assert.deepEqual(problems('# first\nA: b'), ['no-field: "# first"'])
    assert.deepEqual(problems('#first: x'), ['bad-field-name: "#first"'])
  })

  test('says what is wrong and where, and reads on', () => {
    const text = ' stray\nA: 1\nnonsense\n of it\na: 2\n again\nB C: 3\n-D: 4\nE: 5\n'
    assert.deepEqual(problems(text), [
      'stray-continuation: " stray"',
      'no-field: "nonsense"',
      'duplicate-field: "a"',
      'bad-field-name: "B C"',
      'bad-field-name: "-D"',
    ])
    assert.deepEqual(values(text), [{ a: '1', e: '5' }])
  })

  test('any part of a value is found in the text', () => {
    const text = '# one\nDepends:  a,\n# two\n  bcd,\n e\n'
    const field = parseDeb822(text, { comments: true }).stanzas[0]?.fields.get('depends')
    assert.ok(field !== undefined)
    for (const part of ['a,', 'bcd', 'cd,', 'e']) {
      const offset = field.value.indexOf(part)
      const { start, end } = valueRange(field, offset, offset + part.length)
      assert.equal(text.slice(start, end), part)
    }
    assert.equal(text.slice(field.range.start, field.range.end), text.slice(6, -1))
  })

  test('what is written is what is read', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,5}$/)
    const line = fc.stringMatching(/^[a-z:#-][a-z:# -]{0,8}[a-z]$/)
    const value = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n '))
    const stanza = fc.uniqueArray(fc.tuple(name, value), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key.toLowerCase(),
    })
    fc.assert(
      fc.property(fc.array(stanza, { maxLength: 3 }), (stanzas) => {
        const text = stanzas.map((fields) => fields.map(([key, one]) => `${key}: ${one}\n`).join('')).join('\n')
        const expected = stanzas.map((fields) =>
          Object.fromEntries(fields.map(([key, one]) => [key.toLowerCase(), one])),
        )
        assert.deepEqual(values(text), expected)
      }),
    )
  })

  test('takes no more than its time for a text made to be slow', () => {
    const text = `${'A'.repeat(500_000)}\n${' \n'.repeat(200_000)}${'B: c\n'.repeat(100_000)}${' x'.repeat(300_000)}`
    assert.equal(parseDeb822(text, { comments: true }).stanzas.length, 1)
  })
})

describe('readDeb822', () => {
  test('names the file and the line of what is wrong', () => {
    assert.equal(fieldValue(readDeb822('Origin: Debian\n', 'Release')[0] ?? assert.fail(), 'origin'), 'Debian')
    assert.throws(() => readDeb822('A: b\nnonsense', 'the file Packages', 10), {
      code: 'bad-control-data',
      message: "the file Packages, line 11: this line is no field: it has no ':'",
    })
  })
})

describe('streamStanzas', () => {
  test('gives the stanzas of a stream with their places', async () => {
    const text = '\nA: ü\n\n\nB: c\n d\n'
    const found = await Array.fromAsync(streamStanzas(byteStream(Buffer.from(text)), 'Packages', createJob()))
    assert.deepEqual(found, [
      { text: 'A: ü\n', offsetBytes: 1, line: 2 },
      { text: 'B: c\n d\n', offsetBytes: 9, line: 5 },
    ])
  })

  test('refuses a stanza over the limit', async () => {
    const job = createJob({ limits: { ...defaultLimits, stanzaBytesMax: 10 } })
    const stream = streamStanzas(byteStream(Buffer.from('A: b\n\nB: 0123456789\n')), 'Packages', job)
    await assert.rejects(Array.fromAsync(stream), {
      code: 'bad-control-data',
      message: 'Packages: the stanza in line 3 has more than 10 bytes',
    })
  })
})

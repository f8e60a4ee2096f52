import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { applyEdits } from './edit.ts'
import { parseDockerfile } from './parse.ts'

const piece = fc.constantFrom(
  ...[
    'FROM a',
    'RUN',
    'COPY',
    'ENV',
    'ONBUILD',
    '--mount=type=cache',
    '--from=b',
    '<<EOF',
    'EOF',
    '\n',
    '\n',
    '\r\n',
    ' ',
    '\t',
  ],
  ...[
    '\\',
    '\\\n',
    '`',
    '"',
    "'",
    '$a',
    '${a:-',
    '}',
    '#',
    '# escape=`\n',
    '[',
    '"a"',
    ',',
    ']',
    '=',
    'b',
    '\ufeff',
    '\0',
    'é',
    '\u2028',
  ],
)
const dockerfile = fc.oneof(fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' })) // prettier-ignore

describe('of any text', () => {
  test('the lines of the nodes cover each character once, in order', () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        let at = 0
        for (const { lines, range } of parseDockerfile(text).document.nodes) {
          assert.equal(lines.start, at)
          assert.ok(lines.start <= range.start && range.start <= range.end && range.end <= lines.end)
          at = lines.end
        }
        assert.equal(at, text.length)
      }),
    )
  })

  test('every place that is told is in the text', () => {
    const check = (value: unknown, length: number): void => {
      if (typeof value !== 'object' || value === null) return
      if ('start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number') {
        assert.ok(value.start >= 0 && value.start <= value.end && value.end <= length, JSON.stringify(value))
      }
      for (const inner of Object.values(value)) check(inner, length)
    }
    fc.assert(
      fc.property(dockerfile, (text) => {
        const { document, diagnostics } = parseDockerfile(text)
        check([document.nodes, document.syntax, diagnostics], text.length)
      }),
    )
  })

  test('a comment that is put between two nodes changes no other', () => {
    fc.assert(
      fc.property(dockerfile, fc.nat(20), (text, chosen) => {
        const { nodes } = parseDockerfile(text).document
        // Behind directives, and not behind a line without an end.
        const places = nodes.filter(({ kind, lines }) => kind !== 'byte-order-mark' && kind !== 'directive' && text.charAt(lines.end - 1) === '\n') // prettier-ignore
        const place = places[chosen % Math.max(places.length, 1)]
        if (place === undefined) return
        const before = parseDockerfile(text).document.instructions
        const edited = applyEdits(text, [{ range: { start: place.lines.end, end: place.lines.end }, newText: '# x\n' }])
        const after = parseDockerfile(edited).document.instructions
        assert.deepEqual(after.map(({ keyword, arguments: { value } }) => [keyword.value, value]), before.map(({ keyword, arguments: { value } }) => [keyword.value, value])) // prettier-ignore
      }),
    )
  })
})

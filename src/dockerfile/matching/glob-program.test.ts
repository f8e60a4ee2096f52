import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoints, compileGlob, matchEnd, matchesBeginning, matchesWhole, type GlobToken } from './glob-program.ts'

const slash = 47
const token: fc.Arbitrary<GlobToken> = fc.oneof(
  fc.constantFrom('a', 'b', '/').map((character): GlobToken => ({ kind: 'character', code: character.charCodeAt(0) })),
  fc.constant<GlobToken>({ kind: 'any', except: slash }),
  fc.constant<GlobToken>({ kind: 'run', except: slash }),
  fc.constant<GlobToken>({ kind: 'run', except: -1 }),
  fc.constant<GlobToken>({ kind: 'folders' }),
  fc.boolean().map((negated): GlobToken => ({ kind: 'class', negated, ranges: [[97, 97]] })),
)
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '😀'), maxLength: 8 })

/** The same pattern as a regular expression. */
function toSource(tokens: readonly GlobToken[]): string {
  return tokens
    .map((each) => {
      if (each.kind === 'character') return String.fromCharCode(each.code)
      if (each.kind === 'any') return '[^/]'
      if (each.kind === 'run') return each.except === slash ? '[^/]*' : '[^]*'
      if (each.kind === 'folders') return '(?:[^]*/)?'
      return each.negated ? '[^a]' : '[a]'
    })
    .join('')
}

test('a pattern matches what its regular expression does', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 6 }), text, (tokens, path) => {
      const program = compileGlob(tokens)
      const codes = codePoints(path)
      const expression = new RegExp(`^${toSource(tokens)}$`, 'u')
      assert.equal(matchesWhole(program, codes), expression.test(path))
      const ends = Array.from({ length: codes.length + 1 }, (_, end) => end).filter((end) =>
        expression.test(String.fromCodePoint(...codes.subarray(0, end))),
      )
      assert.equal(matchEnd(program, codes, 0, 'nearest'), ends[0])
      assert.equal(matchEnd(program, codes, 0, 'farthest'), ends.at(-1))
    }),
  )
})

test('a pattern that matches something matches its beginnings as beginnings', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 6 }), text, fc.nat(8), (tokens, path, length) => {
      const program = compileGlob(tokens)
      const codes = codePoints(path)
      if (matchesWhole(program, codes)) assert.ok(matchesBeginning(program, codes.subarray(0, length)))
    }),
  )
})

test('many stars take no longer than few', () => {
  const star: GlobToken = { kind: 'run', except: -1 }
  const tokens = Array.from({ length: 200 }, (_, index) =>
    index % 2 === 0 ? star : ({ kind: 'character', code: 97 } as const),
  )
  const codes = codePoints('a'.repeat(20_000) + 'b')
  const started = process.cpuUsage()
  assert.ok(!matchesWhole(compileGlob([...tokens, { kind: 'character', code: 99 }]), codes))
  assert.ok(process.cpuUsage(started).user / 1000 < 3000)
})

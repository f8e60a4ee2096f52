import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import { applyEdits, deleteInstruction, insertLinesAfter, insertLinesBefore } from '../../src/dockerfile/edit.ts'
import { formatDiagnostic } from '../../src/dockerfile/format-diagnostic.ts'
import { parseIgnoreFile } from '../../src/dockerfile/ignore-file.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { createPathMatcher } from '../../src/dockerfile/path-matcher.ts'
import { damagedDockerfile, readDockerfiles } from '../support/damaged-dockerfiles.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'

const seed = testSeed()
const roundCount = 4000

/** What has to hold of any text whatever. */
function checkText(text: string): void {
  const { document, diagnostics } = parseDockerfile(text)
  let at = 0
  for (const { lines } of document.nodes) {
    assert.equal(lines.start, at)
    at = lines.end
  }
  assert.equal(at, text.length)
  const all = [...diagnostics, ...evaluateDockerfile(document).diagnostics]
  for (const found of all) {
    assert.ok(found.range.start >= 0 && found.range.end >= found.range.start && found.range.end <= text.length)
    assert.match(formatDiagnostic(text, 'Dockerfile', found), /^Dockerfile:\d+:\d+: (?:error|warning): /)
  }
  const instruction = document.instructions[Math.floor(document.instructions.length / 2)]
  if (instruction === undefined) return
  const kept = (edited: string): readonly string[] =>
    parseDockerfile(edited).document.nodes.map(({ lines }) => edited.slice(lines.start, lines.end))
  assert.ok(kept(applyEdits(text, [deleteInstruction(document, instruction)])).join('').length < text.length)
  for (const edit of [
    insertLinesBefore(document, instruction, ['# x']),
    insertLinesAfter(document, instruction, ['# x']),
  ]) {
    const edited = applyEdits(text, [edit])
    assert.equal(edited.length, text.length + edit.newText.length)
  }
}

describe(`whatever the text is (seed ${seed})`, () => {
  test('Dockerfiles are read to their end, and what is wrong has a place', async () => {
    const files = await readDockerfiles('dockerfile', 'dockerfile-rejected')
    const random = seededRandom(seed)
    for (let round = 0; round < roundCount; round += 1) {
      const text = damagedDockerfile(files, random)
      try {
        checkText(text)
      } catch (error) {
        throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(text)}`, { cause: error })
      }
    }
  })

  test('noise is read to its end', () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 300; round += 1) {
      const bytes = random.bytes(random.integer(400))
      for (const encoding of ['latin1', 'utf8', 'utf16le'] as const) checkText(bytes.toString(encoding))
    }
  })

  test('ignore files and paths are read, and a folder that can be skipped holds nothing', () => {
    const random = seededRandom(seed)
    const pieces = [
      'a',
      'b',
      '/',
      '/',
      '*',
      '**',
      '?',
      '[ab]',
      '[',
      '\\',
      '!',
      '#',
      '.',
      '..',
      ' ',
      '\n',
      '\n',
    ] as const
    const make = (count: number): string =>
      Array.from({ length: count }, () => pieces[random.integer(pieces.length)] ?? '').join('')
    for (let round = 0; round < roundCount; round += 1) {
      const text = make(random.integer(20))
      const matcher = createPathMatcher(parseIgnoreFile(text).patterns)
      const folder = ['a', 'b', 'ab'][random.integer(3)] ?? 'a'
      const match = matcher.match(folder, matcher.root)
      const inside = `${folder}/${['a', 'b', 'x'][random.integer(3)] ?? ''}`
      if (matcher.canSkip(folder, match)) assert.ok(matcher.match(inside, match).isMatched, JSON.stringify(text))
    }
  })
})

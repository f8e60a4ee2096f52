import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { applyEdits, deleteInstruction, EditError, insertLinesAfter, insertLinesBefore, replaceRange } from './edit.ts'
import type { Instruction } from './instruction.ts'
import { parseDockerfile } from './parse.ts'

describe('applyEdits', () => {
  test('gives the text itself for no edits', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(applyEdits(text, []), text)))
  })

  test('replaces, inserts and deletes by the offsets of the text before', () => {
    const edits = [replaceRange({ start: 4, end: 5 }, 'FIVE'), replaceRange({ start: 0, end: 1 }, ''), replaceRange({ start: 2, end: 2 }, '+')] // prettier-ignore
    assert.equal(applyEdits('012345', edits), '1+23FIVE5')
  })

  test('inserts at one place in the order given, and before what is replaced there', () => {
    const at = { start: 1, end: 1 }
    const edits = [replaceRange({ start: 1, end: 2 }, 'B'), replaceRange(at, 'x'), replaceRange(at, 'y')]
    assert.equal(applyEdits('abc', edits), 'axyBc')
  })

  test('refuses edits that change the same text, and those outside of it', () => {
    const codeOf = (...ranges: readonly (readonly [number, number])[]): string => {
      try {
        return applyEdits('012345', ranges.map(([start, end]) => replaceRange({ start, end }, ''))) // prettier-ignore
      } catch (error) {
        return error instanceof EditError ? error.code : String(error)
      }
    }
    assert.equal(codeOf([0, 3], [2, 4]), 'overlapping-edits')
    assert.equal(codeOf([0, 3], [1, 1]), 'overlapping-edits')
    assert.equal(codeOf([0, 3], [0, 3]), 'overlapping-edits')
    assert.equal(codeOf([5, 7]), 'edit-outside-of-text')
    assert.equal(codeOf([-1, 0]), 'edit-outside-of-text')
    assert.equal(codeOf([3, 2]), 'edit-outside-of-text')
    assert.equal(codeOf([0, 3], [3, 3], [3, 4]), '45')
  })

  test('leaves everything outside of its ranges, whatever the edits are', () => {
    const cut = fc.tuple(fc.nat(20), fc.nat(20), fc.string({ maxLength: 5 }))
    fc.assert(
      fc.property(fc.string({ minLength: 20, maxLength: 40 }), fc.array(cut, { maxLength: 5 }), (text, cuts) => {
        let at = 0
        const edits = cuts.flatMap(([gap, length, newText]) => {
          // A gap of one at least: insertions at one place are made in the order in which they are given.
          const start = at + 1 + gap
          const end = start + length
          at = end
          return end <= text.length ? [replaceRange({ start, end }, newText)] : []
        })
        let kept = ''
        let from = 0
        for (const { range, newText } of edits) {
          kept += text.slice(from, range.start) + newText
          from = range.end
        }
        assert.equal(applyEdits(text, edits.toReversed()), kept + text.slice(from))
      }),
    )
  })
})

describe('edits of a document', () => {
  const edited = (
    text: string,
    index: number,
    makeEdit: (
      document: ReturnType<typeof parseDockerfile>['document'],
      instruction: Instruction,
    ) => Parameters<typeof applyEdits>[1][number],
  ): string => {
    const { document } = parseDockerfile(text)
    const instruction = document.instructions[index]
    assert.ok(instruction)
    return applyEdits(text, [makeEdit(document, instruction)])
  }

  test("lines are put before an instruction with its indentation and the file's line ends", () => {
    const text = '\ufeffFROM a\r\n# why\r\n\tRUN b\r\n'
    assert.equal(
      edited(text, 1, (document, run) => insertLinesBefore(document, run, ['RUN one', 'RUN two'])),
      '\ufeffFROM a\r\n# why\r\n\tRUN one\r\n\tRUN two\r\n\tRUN b\r\n',
    )
    assert.equal(
      edited(text, 1, (document, run) => insertLinesBefore(document, run, ['USER x'], { aboveComments: true })),
      '\ufeffFROM a\r\n\tUSER x\r\n# why\r\n\tRUN b\r\n',
    )
    assert.equal(
      edited(text, 0, (document, from) => insertLinesBefore(document, from, ['ARG a'])),
      '\ufeffARG a\r\nFROM a\r\n# why\r\n\tRUN b\r\n',
    )
  })

  test('lines are put behind an instruction and its here-documents', () => {
    const text = 'FROM a\nRUN <<E\nb\nE\nRUN c'
    assert.equal(
      edited(text, 1, (document, run) => insertLinesAfter(document, run, ['USER x'])),
      'FROM a\nRUN <<E\nb\nE\nUSER x\nRUN c',
    )
    assert.equal(
      edited(text, 2, (document, run) => insertLinesAfter(document, run, ['USER x', 'CMD y'])),
      `${text}\nUSER x\nCMD y`,
    )
  })

  test('an instruction goes in whole lines, with the comments directly above if that is wanted', () => {
    const text = 'FROM a\n# far\n\n# near\nRUN b \\\n  c\nUSER d'
    assert.equal(edited(text, 1, (document, run) => deleteInstruction(document, run)), 'FROM a\n# far\n\n# near\nUSER d') // prettier-ignore
    assert.equal(
      edited(text, 1, (document, run) => deleteInstruction(document, run, { withComments: true })),
      'FROM a\n# far\n\nUSER d',
    )
    assert.equal(
      edited(text, 2, (document, user) => deleteInstruction(document, user)),
      text.slice(0, -7),
    )
    assert.equal(
      edited('FROM a', 0, (document, from) => deleteInstruction(document, from)),
      '',
    )
  })
})

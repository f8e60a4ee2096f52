import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { directory, file } from '../../../test/support/layers.ts'
import type { MeasurableImage } from '../measurable-image.ts'
import { measurable } from '../testing/measurable.ts'
import { pairEntries } from './pair-entries.ts'

/** Of each path whether the one has it, and the other. */
function pathsOf(one: MeasurableImage, other: MeasurableImage): readonly string[] {
  return Array.from(pairEntries(one.entries, other.entries), ({ before, after }) => {
    assert(before === undefined || after === undefined || before.path === after.path)
    return line(before?.path ?? after?.path ?? '', before !== undefined, after !== undefined)
  })
}

function line(path: string, isBefore: boolean, isAfter: boolean): string {
  return `${isBefore ? '-' : ' '}${isAfter ? '+' : ' '} ${path}`
}

describe('pairEntries', () => {
  test('keeps the order of a walk, whatever the names', async () => {
    await using one = await measurable([[file('a/x'), file('a.d'), file('b/\u{10000}'), file('b/\udcff'), file('c')]])
    await using other = await measurable([[file('a-b'), file('a/y'), file('b/\uffee'), directory('c'), file('c/z')]])
    assert.deepEqual(pathsOf(one, other), [
      ...['-+ /', '-+ /a', '-  /a/x', ' + /a/y', ' + /a-b', '-  /a.d', '-+ /b'],
      ...[' + /b/\uffee', '-  /b/\u{10000}', '-  /b/\udcff', '-+ /c', ' + /c/z'],
    ])
  })

  test('tells each path once, as looking up each of them does', async () => {
    const name = fc.constantFrom('a', 'a-', 'a.', 'b', 'é', '\u{10000}', '\uffee', '\udc80')
    const items = fc
      .uniqueArray(fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')))
      .map((paths) =>
        paths.map((path) => (paths.some((other) => other.startsWith(`${path}/`)) ? directory(path) : file(path))),
      )
    await fc.assert(
      fc.asyncProperty(items, items, async (before, after) => {
        await using one = await measurable([before])
        await using other = await measurable([after])
        const all = new Set([...one.entries, ...other.entries].map(({ path }) => path))
        const expected = Array.from(all, (path) =>
          line(path, one.tree.get(path) !== undefined, other.tree.get(path) !== undefined),
        )
        assert.deepEqual(pathsOf(one, other).toSorted(), expected.toSorted())
      }),
      { numRuns: 30 },
    )
  })
})

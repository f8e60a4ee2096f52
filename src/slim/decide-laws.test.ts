import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { causes, decided } from '../../test/support/decided.ts'
import { file, symbolicLink } from '../../test/support/layers.ts'
import { madeElf } from '../../test/support/made-elf.ts'
import { countCauses } from './decide.ts'

describe('what is asked for', () => {
  const app = ['a', 'b', 'c/d', 'c/e'].map((name) => file(`data/${name}`, name))

  test('stays or goes: the user wins, and the proof over the user', async () => {
    const input = {
      keep: ['data/c', '!data/c/e'],
      exclude: ['/data/**'],
      repairs: new Map([['/data/b', 'the probe failed']]),
    }
    await decided({ app }, input, (ledger) => {
      assert.deepEqual(causes(ledger, '/data/a', '/data/b', '/data/c/d', '/data/c/e'), [
        'excluded',
        'repaired',
        'asked',
        'excluded',
      ])
    })
  })

  test('is counted by cause', async () => {
    await decided({ app }, { exclude: ['data/c'] }, (ledger) => {
      const counts = countCauses(ledger).map(({ isKept, cause, paths, sizeBytes }) => [isKept, cause, paths, sizeBytes])
      assert.deepEqual(counts, [
        [true, 'app', 2, 2],
        [true, 'way', 2, 0],
        [false, 'excluded', 3, 6],
      ])
    })
  })
})

describe('in any tree', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `lib${letter}.so`)
  const library = fc.record({
    needed: fc.subarray(names),
    folder: fc.constantFrom('usr/lib', 'opt/lib', 'usr/lib/x86_64-linux-gnu'),
    isLinked: fc.boolean(),
  })
  const tree = fc.array(library, { minLength: names.length, maxLength: names.length }).map((libraries) => [
    symbolicLink('lib', 'usr/lib'),
    ...libraries.flatMap(({ needed, folder, isLinked }, index) => {
      const path = `${folder}/${names[index] ?? ''}`
      const content = madeElf({ needed, runpath: '/opt/lib' })
      return isLinked
        ? [file(`${path}.1`, content), symbolicLink(path, `${names[index] ?? ''}.1`)]
        : [file(path, content)]
    }),
  ])

  test('every path has one verdict, and what is kept has what it needs', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.subarray(names), async (base, opened) => {
        await decided({ base }, { keep: opened.map((name) => `**/${name}*`) }, (ledger, facts, files) => {
          assert.deepEqual(
            ledger.verdicts.map(({ path }) => path),
            [...files.entries()].map(({ path }) => path),
          )
          const kept = new Set(ledger.verdicts.filter(({ isKept }) => isKept).map(({ path }) => path))
          for (const path of kept) {
            for (const need of facts.files.get(path)?.needs ?? []) {
              const target = files.resolve(need.path)?.path
              assert.ok(target !== undefined && kept.has(target), `${path} ${need.how}`)
              assert.ok(kept.has(need.path) || files.get(need.path) === undefined, need.path)
            }
          }
        })
      }),
      { numRuns: 25 },
    )
  })

  test('keeping more drops nothing', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.subarray(names), fc.subarray(names), async (base, some, more) => {
        const keptWith = (wanted: readonly string[]): Promise<readonly string[]> =>
          decided({ base }, { keep: wanted.map((name) => `**/${name}*`) }, ({ verdicts }) =>
            verdicts.filter(({ isKept }) => isKept).map(({ path }) => path),
          )
        const less = await keptWith(some)
        const all = new Set(await keptWith([...some, ...more]))
        for (const path of less) assert.ok(all.has(path), path)
      }),
      { numRuns: 15 },
    )
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createJob } from '../../std/job.ts'
import { findNeeded } from './find-needed.ts'

const job = createJob()
const paths = Array.from({ length: 40 }, (_, index) => `/${index}`)

describe('what an app cannot do without', () => {
  test('is found, and nothing else, where every path counts by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(paths), async (needed) => {
        const works = async (gone: readonly string[]): Promise<boolean> => !gone.some((path) => needed.includes(path))
        const found = await findNeeded(paths, works, 10_000, job)
        assert.deepEqual([...found].toSorted(), [...needed].toSorted())
      }),
    )
  })

  test('leaves an app that works, also where one of two would do', async () => {
    const works = async (gone: readonly string[]): Promise<boolean> => !(gone.includes('/3') && gone.includes('/30'))
    const found = await findNeeded(paths, works, 10_000, job)
    assert.equal(found.length, 1)
    assert.ok(await works(paths.filter((path) => !found.includes(path))))
  })

  test('is too much rather than too little when there were too many runs', async () => {
    let runs = 0
    const works = async (gone: readonly string[]): Promise<boolean> => {
      runs += 1
      return !['/1', '/20', '/35'].some((path) => gone.includes(path))
    }
    const found = await findNeeded(paths, works, 4, job)
    assert.ok(runs <= 4)
    assert.ok(['/1', '/20', '/35'].every((path) => found.includes(path)))
  })
})

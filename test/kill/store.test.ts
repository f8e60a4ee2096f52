import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { checkStore } from '../../src/store/check-store.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'
import { killTestArchive, killTestArchiveBytes, killTestName } from './store-worker.ts'

const job = createJob()
const worker = join(import.meta.dirname, 'store-worker.ts')
const roundsOfEach = 8

interface Worker {
  readonly process: ChildProcess
  /** Resolves with the exit code, or with undefined when it was killed. */
  readonly ended: Promise<number | undefined>
}

/** Resolves when the worker has begun. */
async function startWorker(path: string, seed: string, works: readonly string[]): Promise<Worker> {
  const child = spawn(process.execPath, [worker, path, seed, ...works], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : undefined))
  await once(child.stdout, 'data')
  return { process: child, ended }
}

async function runWorker(path: string, seed: string, works: readonly string[]): Promise<void> {
  const { ended } = await startWorker(path, seed, works)
  assert.equal(await ended, 0)
}

async function assertSound(path: string, what: string): Promise<void> {
  assert.deepEqual(await checkStore(path, { deep: true }, job), [], what)
}

function announceSeed(context: TestContext): string {
  const seed = testSeed()
  context.diagnostic(`replay with WHERRY_TEST_SEED=${seed}`)
  return seed
}

describe('a store whose process is killed', () => {
  const cases: readonly (readonly string[])[] = [
    ['write'],
    ['rename'],
    ['remove', 'prune', 'write'],
    ['remove', 'prune', 'load'],
  ]
  for (const works of cases) {
    test(`in the middle of ${works.join(', ')} is sound, and the next run completes`, async (context) => {
      const seed = announceSeed(context)
      const random = seededRandom(`${seed} ${works.join()}`)
      await using folder = await temporaryDirectory()
      const path = join(folder.path, 'store')
      await writeFile(join(folder.path, killTestArchive), await killTestArchiveBytes(seed))
      const startMs = Date.now()
      await runWorker(path, seed, ['write', ...works])
      const longestMs = (Date.now() - startMs) * 0.6
      for (let round = 0; round < roundsOfEach; round += 1) {
        const delayMs = random.integer(longestMs)
        // Now and then with images that are not there yet: then writing takes longer.
        const [own, first] = round % 3 === 0 ? [`${seed} ${round}`, ['write']] : [seed, []]
        const { process: child, ended } = await startWorker(path, own, [...first, ...works])
        const killing = setTimeout(() => child.kill('SIGKILL'), delayMs)
        assert.ok([0, undefined].includes(await ended), `round ${round}: the worker failed by itself`)
        clearTimeout(killing)
        await assertSound(path, `round ${round}, killed after ${delayMs} ms`)
      }
      await runWorker(path, seed, ['write', ...works])
      await assertSound(path, 'after the last run')
      await using store = await openStore(path, job)
      for (let n = 0; n < 4; n += 1) await store.resolve(killTestName(n), job)
    })
  }
})

describe('a store with several processes at once', () => {
  test('is sound after two writers and a pruner, and has all names', async (context) => {
    const seed = announceSeed(context)
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'store')
    await Promise.all([
      runWorker(path, seed, ['write', 'rename', 'write', 'rename']),
      runWorker(path, seed, ['write', 'rename', 'write', 'rename']),
      runWorker(
        path,
        seed,
        Array.from({ length: 20 }, () => 'prune'),
      ),
    ])
    await assertSound(path, 'after all have ended')
    await using store = await openStore(path, job)
    const before = await store.references()
    assert.equal(before.length, 4)
    await store.prune({ dryRun: false }, job)
    await assertSound(path, 'after a last prune')
    assert.deepEqual(await store.references(), before)
  })
})

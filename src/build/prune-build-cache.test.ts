import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { ContainerHost } from '../container/container.ts'
import { lockFile } from '../std/file-lock.ts'
import { createJob, type Job } from '../std/job.ts'
import { openScratchFolder } from '../std/scratch-folder.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { mountsFolder, scratchFolder } from './cache/folders.ts'
import { StepCache, type StepRecord } from './cache/step-cache.ts'
import { stepKey } from './cache/step-key.ts'
import { pruneBuildCache, removeAbandonedBuilds } from './prune-build-cache.ts'

const job = createJob()
const selection: StepRecord = { kind: 'selection', version: 1, digest: `sha256:${'a'.repeat(64)}` }
const [before, meanwhile] = [stepKey({ step: 'before' }), stepKey({ step: 'meanwhile' })]

const notAsked = (): never => {
  throw new Error('no container is needed')
}
const containers: ContainerHost = {
  open: notAsked,
  openNetwork: notAsked,
  prepare: notAsked,
  remove: notAsked,
  removeAbandoned: notAsked,
  removeUnpacked: notAsked,
  [Symbol.asyncDispose]: async () => undefined,
}

/** A job that does something whenever it is asked whether it goes on. */
function interrupted(work: () => void): Job {
  const { signal } = job
  return Object.defineProperty({ ...job }, 'signal', {
    get() {
      work()
      return signal
    },
  })
}

async function prune(directory: string, dryRun = false, inner = job): Promise<{ readonly usedMounts: number }> {
  return await pruneBuildCache(directory, { dryRun }, containers, inner)
}

/** A cache mount of one file. */
async function makeMount(directory: string, name: string): Promise<void> {
  await mkdir(join(mountsFolder(directory), name), { recursive: true })
  await writeFile(join(mountsFolder(directory), name, 'file'), 'content')
}

describe('pruning the build cache', () => {
  test('leaves what a build puts there meanwhile', async () => {
    await using place = await temporaryDirectory()
    const cache = new StepCache(place.path)
    await cache.put(before, selection)
    let putting: Promise<void> | undefined
    const pruning = interrupted(() => {
      putting ??= cache.put(meanwhile, selection)
    })
    await prune(place.path, false, pruning)
    await putting
    assert.equal(await cache.find(before, 'selection'), undefined)
    assert.deepEqual(await cache.find(meanwhile, 'selection'), selection)
  })

  test('leaves a cache mount in use, also one that is just being made', async () => {
    await using place = await temporaryDirectory()
    await makeMount(place.path, 'used')
    await makeMount(place.path, 'made.new-1')
    const mounts = mountsFolder(place.path)
    const title = 'a test'
    await using _ = await lockFile(join(mounts, 'used.lock'), 'shared', { title }, job)
    await using __ = await lockFile(join(mounts, 'made.lock'), 'exclusive', { title }, job)
    assert.equal((await prune(place.path)).usedMounts, 2)
    assert.deepEqual((await readdir(mounts)).toSorted(), ['made.lock', 'made.new-1', 'used', 'used.lock'])
  })

  test('leaves nothing of the other cache mounts, nor of what killed builds and prunes left', async () => {
    await using place = await temporaryDirectory()
    for (const name of ['a', 'b.new-1', 'c.removed-1', 'd-1']) await makeMount(place.path, name)
    for (const name of ['a.lock', 'b.lock', 'b.making', 'e.lock']) {
      await writeFile(join(mountsFolder(place.path), name), '')
    }
    await prune(place.path, true)
    assert.equal((await readdir(mountsFolder(place.path))).filter((name) => !name.endsWith('.lock')).length, 5)
    assert.equal((await prune(place.path)).usedMounts, 0)
    assert.deepEqual(await readdir(mountsFolder(place.path)), [])
  })

  test('leaves the folders of living builds, and removes those of killed ones', async () => {
    await using place = await temporaryDirectory()
    await using living = await openScratchFolder(scratchFolder(place.path))
    await mkdir(join(scratchFolder(place.path), 'host-dead'))
    await prune(place.path)
    const names = await readdir(scratchFolder(place.path))
    assert.deepEqual(
      names.toSorted(),
      [living.path, `${living.path}.lock`].map((path) => path.slice(scratchFolder(place.path).length + 1)),
    )
  })

  test('is not needed for the folders of killed builds to go', async () => {
    await using place = await temporaryDirectory()
    await using living = await openScratchFolder(scratchFolder(place.path))
    await mkdir(join(scratchFolder(place.path), 'host-dead'))
    await new StepCache(place.path).put(before, selection)
    await removeAbandonedBuilds(place.path)
    assert.equal((await readdir(scratchFolder(place.path))).includes('host-dead'), false)
    assert.deepEqual(await readdir(living.path), [])
    assert.notEqual(await new StepCache(place.path).find(before, 'selection'), undefined)
  })

  test('makes nothing where there is no cache', async () => {
    await using place = await temporaryDirectory()
    await prune(join(place.path, 'missing'))
    assert.deepEqual(await readdir(place.path), [])
  })
})

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { tryLockFile, type FileLock } from '../../std/file-lock.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { mountsFolder } from '../cache/folders.ts'
import type { PlannedMount } from '../plan/plan.ts'
import { openCaches, type CachePlaces } from './cache-mounts.ts'

const job = createJob()

function cacheMount(id: string, parts: Partial<PlannedMount> = {}): PlannedMount {
  return {
    ...{
      type: 'cache',
      origin: { kind: 'scratch' },
      source: '/',
      target: `/${id}`,
      isReadOnly: false,
      id,
      sharing: 'locked',
    },
    ...{ sizeBytes: undefined, isRequired: false, mode: 0o755, uid: 0, gid: 0, environmentVariable: undefined },
    ...parts,
  }
}

function placesIn(cacheDirectory: string): CachePlaces {
  return { cacheDirectory, originOf: () => Promise.resolve({ files: undefined, chain: undefined }) }
}

function directoryOf(mounts: ReadonlyMap<PlannedMount, { readonly kind: string }>, mount: PlannedMount): string {
  const found = mounts.get(mount)
  assert(found !== undefined && 'directory' in found && typeof found.directory === 'string')
  return found.directory
}

/** Whether each lock that there is is held. */
async function heldLocks(cacheDirectory: string): Promise<readonly boolean[]> {
  const folder = mountsFolder(cacheDirectory)
  const held: boolean[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    await using lock = await tryLockFile(join(folder, name), 'exclusive')
    held.push(lock === undefined)
  }
  return held
}

describe('the caches of a RUN', () => {
  test('are waited for in one order, whatever that of the line, and what comes later is not held meanwhile', async () => {
    const [one, other] = [cacheMount('one'), cacheMount('other')]
    for (const mounts of [
      [one, other],
      [other, one],
    ]) {
      await using place = await temporaryDirectory()
      await (await openCaches(mounts, placesIn(place.path), job))[Symbol.asyncDispose]()
      const [first = ''] = (await readdir(mountsFolder(place.path))).toSorted()
      let holder: FileLock | undefined = await tryLockFile(join(mountsFolder(place.path), first), 'exclusive')
      const seen: (readonly boolean[])[] = []
      const waiting = createJob({
        clock: {
          now: () => 0,
          async sleep() {
            seen.push(await heldLocks(place.path))
            await holder?.[Symbol.asyncDispose]()
            holder = undefined
          },
        },
      })
      await using _ = await openCaches(mounts, placesIn(place.path), waiting)
      assert.deepEqual(seen, [[true, false]])
      assert.deepEqual(await heldLocks(place.path), [true, true])
    }
  })

  test('are locked once where one is mounted twice', async () => {
    await using place = await temporaryDirectory()
    const mounts = (['shared', 'locked', 'shared'] as const).map((sharing, number) =>
      cacheMount('a', { sharing, target: `/${number}` }),
    )
    await using caches = await openCaches(mounts, placesIn(place.path), job)
    assert.equal(new Set(mounts.map((mount) => directoryOf(caches.mounts, mount))).size, 1)
    assert.deepEqual(await heldLocks(place.path), [true])
  })

  test('are locked only when all that they begin with is there, which may take a stage that locks them, too', async () => {
    await using place = await temporaryDirectory()
    const mounts = [cacheMount('a'), cacheMount('b')]
    const asked: string[] = []
    const originOf: CachePlaces['originOf'] = async ({ id }) => {
      asked.push(id)
      await using _ = await openCaches([cacheMount('a')], placesIn(place.path), job)
      return { files: undefined, chain: undefined }
    }
    await using _ = await openCaches(mounts, { cacheDirectory: place.path, originOf }, job)
    assert.deepEqual(asked, ['a', 'b'])
  })

  test('are others for each of those who want a private one at once', async () => {
    await using place = await temporaryDirectory()
    const mounts = [cacheMount('a', { sharing: 'private' }), cacheMount('a', { sharing: 'private', target: '/b' })]
    await using caches = await openCaches(mounts, placesIn(place.path), job)
    const [first = '', second] = mounts.map((mount) => directoryOf(caches.mounts, mount)).toSorted()
    assert.equal(second, `${first}-1`)
  })
})

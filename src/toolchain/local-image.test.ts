import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { temporaryStore } from '../../test/support/store.ts'
import { fillStore } from '../../test/support/stored-images.ts'
import { shortDigest } from '../image/digest.ts'
import { parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { findKeptImage } from './local-image.ts'

const job = createJob()

describe('an image of the store that is read', () => {
  for (const by of ['name', 'ID'] as const) {
    test(`is found by its ${by}, and stays until the store is closed when its name is taken away and all else is pruned`, async () => {
      await using place = await temporaryStore()
      await fillStore(place.path, ['app:1'])
      const reference = parseReference('app:1')
      const { digest } = await place.store.resolve(reference, job)
      const found = await findKeptImage(place.store, by === 'ID' ? shortDigest(digest) : 'app:1', job)
      assert.equal(found.descriptor.digest, digest)
      const other = await place.openAgain()
      await other.remove(reference, job)
      assert.deepEqual((await other.prune({ dryRun: false }, job)).blobs, [])
      assert(await place.store.isWhole(found.descriptor, job))
    })
  }

  test('is not found when nobody has the name', async () => {
    await using place = await temporaryStore()
    await assert.rejects(findKeptImage(place.store, 'app:1', job), { code: 'not-found' })
  })
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  contentOf,
  cutOff,
  indexOf,
  manifestOf,
  sampleImage,
  writeContent,
  writeImage,
  type Content,
} from '../../../test/contracts/content.ts'
import { temporaryStore, type TemporaryStore } from '../../../test/support/store.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestHex } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { parseReference } from '../../image/reference.ts'
import { createJob } from '../../std/job.ts'
import { checkStore } from '../check-store.ts'
import { openStore, type PruneReport } from '../layout-store.ts'
import { listBlobs, namesIn } from './blob-list.ts'
import { layoutPaths } from './paths.ts'

const job = createJob()
const name = parseReference('example.com/app:1')
const nothing: PruneReport = { blobs: [], artifacts: [], leftoverFiles: 0, reclaimedBytes: 0, unreadable: [] }

/** Does something in a session that has ended when this resolves: its lease protects nothing any more. */
async function inSession(
  owned: TemporaryStore,
  work: (store: TemporaryStore['store']) => Promise<void>,
): Promise<void> {
  await using store = await openStore(owned.path, job)
  await work(store)
}

async function prune(owned: TemporaryStore, dryRun = false): Promise<PruneReport> {
  const report = await owned.store.prune({ dryRun }, job)
  assert.deepEqual(await checkStore(owned.path, { deep: true }, job), [])
  return report
}

async function digestsIn(path: string): Promise<ReadonlySet<string>> {
  return new Set((await Array.fromAsync(listBlobs(layoutPaths(path)))).map(({ digest }) => digest))
}

function digestsOf(...contents: readonly Content[]): ReadonlySet<string> {
  return new Set(contents.map(({ descriptor }) => descriptor.digest))
}

function artifactAbout(subject: Descriptor): { readonly empty: Content; readonly manifest: Content } {
  const empty = contentOf(Buffer.from('{}'), mediaTypes.ociEmpty)
  const annotations = { unique: randomBytes(4).toString('hex') }
  return { empty, manifest: manifestOf(empty, [empty], { artifactType: 'a/b', subject, annotations }) }
}

describe('prune', () => {
  test('deletes what no entry reaches, and says how much that is', async () => {
    await using owned = await temporaryStore()
    const [kept, gone] = [sampleImage(), sampleImage()]
    await inSession(owned, async (store) => {
      await writeImage(store, kept, name)
      await writeImage(store, gone, parseReference('example.com/app:2'))
      await store.remove(parseReference('example.com/app:2'), job)
    })
    const goneContents = [gone.config, gone.layer, gone.manifest]
    const sizeBytes = goneContents.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const planned = await prune(owned, true)
    assert.deepEqual(new Set(planned.blobs.map(({ digest }) => digest)), digestsOf(...goneContents))
    assert.equal(planned.reclaimedBytes, sizeBytes)
    assert.equal((await digestsIn(owned.path)).size, 6)
    assert.deepEqual(await prune(owned), planned)
    assert.deepEqual(await digestsIn(owned.path), digestsOf(kept.config, kept.layer, kept.manifest))
    assert.deepEqual(await prune(owned), nothing)
    assert.deepEqual(await namesIn(join(owned.path, '.wherry', 'trash')), [])
  })

  test('keeps all that an index and entries without a name reach', async () => {
    await using owned = await temporaryStore()
    const [listed, unnamed] = [sampleImage(), sampleImage()]
    await inSession(owned, async (store) => {
      await writeImage(store, listed)
      await writeImage(store, unnamed)
      const index = indexOf([listed.manifest.descriptor])
      await store.tag(name, index.descriptor, index.bytes, job)
    })
    const file = join(owned.path, 'index.json')
    const value = JSON.parse(await readFile(file, 'utf8'))
    value.manifests.push(unnamed.manifest.descriptor)
    await writeFile(file, JSON.stringify(value))
    assert.deepEqual(await prune(owned), nothing)
  })

  test('keeps artifacts, and artifacts about them, as long as their subject is there', async () => {
    await using owned = await temporaryStore()
    const image = sampleImage()
    const signature = artifactAbout(image.manifest.descriptor)
    const proof = artifactAbout(signature.manifest.descriptor)
    await inSession(owned, async (store) => {
      await writeContent(store, signature.empty)
      await writeContent(store, proof.manifest)
      await writeContent(store, signature.manifest)
      await writeImage(store, image, name)
    })
    assert.deepEqual(await prune(owned), nothing)
    assert.equal((await owned.store.referrers(image.manifest.descriptor, job)).length, 1)
    await owned.store.remove(name, job)
    const { artifacts } = await prune(owned)
    assert.deepEqual(new Set(artifacts), digestsOf(signature.manifest, proof.manifest))
    assert.deepEqual(await digestsIn(owned.path), new Set())
    assert.deepEqual(await owned.store.references(), [])
  })

  test('deletes partial files that nobody writes, and damaged blobs', async () => {
    await using owned = await temporaryStore()
    const content = contentOf(randomBytes(1000))
    await assert.rejects(owned.store.write(content.descriptor, async () => cutOff(content.bytes.subarray(0, 400)), job))
    const damaged = join(owned.path, '.wherry', 'damaged')
    await mkdir(damaged)
    await writeFile(join(damaged, 'sha256-x'), 'damaged')
    const expected = { ...nothing, leftoverFiles: 2, reclaimedBytes: 407 }
    assert.deepEqual(await prune(owned, true), expected)
    assert.deepEqual(await prune(owned), expected)
    assert.deepEqual(await prune(owned), nothing)
  })

  test('leaves files alone that are not blobs', async () => {
    await using owned = await temporaryStore()
    const path = join(owned.path, 'blobs', 'sha256', 'notes.txt')
    await writeFile(path, 'mine')
    assert.deepEqual(await prune(owned), nothing)
    assert.equal(await readFile(path, 'utf8'), 'mine')
  })
})

describe('prune beside sessions', () => {
  test('keeps what a living session wrote, and what it was told is there', async () => {
    await using owned = await temporaryStore()
    const [written, found] = [contentOf(randomBytes(10)), sampleImage()]
    await inSession(owned, (store) => writeImage(store, found))
    const session = await openStore(owned.path, job)
    await writeContent(session, written)
    assert.equal(await session.has(found.manifest.descriptor, job), true)
    assert.deepEqual(await prune(owned), nothing)
    await session[Symbol.asyncDispose]()
    assert.equal((await prune(owned)).blobs.length, 4)
  })

  test('keeps a partial file that is being written', async () => {
    await using owned = await temporaryStore()
    const content = contentOf(randomBytes(3_000_000))
    const session = await owned.openAgain()
    await session.write(
      content.descriptor,
      async () =>
        (async function* () {
          yield content.bytes.subarray(0, 2_000_000)
          assert.deepEqual(await prune(owned), nothing)
          yield content.bytes.subarray(2_000_000)
        })(),
      job,
    )
    assert.deepEqual(await prune(owned), nothing)
  })

  test('takes away the leases of sessions that died', async () => {
    await using owned = await temporaryStore()
    const leases = join(owned.path, '.wherry', 'leases')
    await mkdir(leases)
    const content = contentOf(randomBytes(10))
    await inSession(owned, (store) => writeContent(store, content))
    await writeFile(join(leases, 'dead'), `${JSON.stringify(content.descriptor)}\n`)
    assert.equal((await prune(owned)).blobs.length, 1)
    assert.deepEqual(await namesIn(leases), [])
  })

  test('writers, namers and pruners at once leave a sound store with all names', async () => {
    await using owned = await temporaryStore()
    const shared = sampleImage()
    const names = Array.from({ length: 8 }, (_, index) => parseReference(`example.com/app:${index}`))
    let isPulling = true
    const pruning = (async () => {
      let pruneCount = 0
      for (; isPulling; pruneCount += 1) await owned.store.prune({ dryRun: false }, job)
      return pruneCount
    })()
    await Promise.all(
      names.map(async (each, index) => {
        await using session = await openStore(owned.path, job)
        const image = index % 2 === 0 ? shared : sampleImage()
        if (!(await session.has(image.manifest.descriptor, job))) await writeImage(session, image)
        await session.tag(each, image.manifest.descriptor, image.manifest.bytes, job)
        if (index % 4 === 0) await session.remove(each, job)
      }),
    )
    isPulling = false
    assert.ok((await pruning) > 0)
    await prune(owned)
    const expected = names.filter((_, index) => index % 4 !== 0).map(({ tag }) => tag)
    const found = (await owned.store.references()).map(({ reference }) => reference?.tag)
    assert.deepEqual(new Set(found), new Set(expected))
  })
})

describe('prune that cannot read a manifest', () => {
  const cases: readonly [string, (path: string) => Promise<void>][] = [
    ['damaged', (path) => writeFile(path, '{"schemaVersion":2}')],
    ['missing', unlink],
  ]
  for (const [what, spoil] of cases) {
    test(`keeps everything when one is ${what}, and says so`, async () => {
      await using owned = await temporaryStore()
      const image = sampleImage()
      await inSession(owned, async (store) => {
        await writeImage(store, image, name)
        await writeImage(store, sampleImage())
      })
      const { digest } = image.manifest.descriptor
      await spoil(join(owned.path, 'blobs', 'sha256', digestHex(digest)))
      const before = await digestsIn(owned.path)
      const report = await owned.store.prune({ dryRun: false }, job)
      assert.deepEqual(report.blobs, [])
      assert.equal(report.unreadable[0]?.digest, digest)
      assert.deepEqual(await digestsIn(owned.path), before)
    })
  }

  test('keeps what a listed image needs whose manifest was moved away as damaged', async () => {
    await using owned = await temporaryStore()
    const image = sampleImage()
    await inSession(owned, async (store) => {
      await writeImage(store, image)
      const index = indexOf([image.manifest.descriptor])
      await store.tag(name, index.descriptor, index.bytes, job)
    })
    const { digest } = image.manifest.descriptor
    const path = join(owned.path, 'blobs', 'sha256', digestHex(digest))
    await writeFile(path, Buffer.alloc(image.manifest.bytes.length))
    await assert.rejects(Array.fromAsync(await owned.store.open(image.manifest.descriptor, job)))
    const report = await owned.store.prune({ dryRun: false }, job)
    assert.deepEqual(report.blobs, [])
    assert.equal(report.unreadable[0]?.digest, digest)
    await inSession(owned, (store) => writeContent(store, image.manifest))
    assert.equal((await prune(owned)).leftoverFiles, 1)
  })
})

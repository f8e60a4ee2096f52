import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { contentOf, cutOff, readContent, writeContent } from '../../../test/contracts/content.ts'
import { file, tarOf } from '../../../test/support/layers.ts'
import { temporaryStore } from '../../../test/support/store.ts'
import type { ContentSource } from '../../image/content.ts'
import { digestOf } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { byteStream, readAll, type ByteStream } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { fetchedTar } from './fetched-tar.ts'

const job = createJob()
const tar = await tarOf([file('noise', randomBytes(3_000_000))])
const { bytes, descriptor } = contentOf(gzipSync(tar), mediaTypes.ociLayerGzip)
const layer = { descriptor, diffId: digestOf(tar) }

function* piecesOf(whole: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += 10_000) yield whole.subarray(at, at + 10_000)
}

/** A registry's layer, and from where on it was asked for. */
function sourceOf(open: (offsetBytes: number) => ByteStream): { source: ContentSource; asked: number[] } {
  const asked: number[] = []
  const source: ContentSource = {
    resolve: () => assert.fail('nobody asks for names'),
    open: async (_descriptor, _job, offsetBytes = 0) => {
      asked.push(offsetBytes)
      return open(offsetBytes)
    },
  }
  return { source, asked }
}

const wholeFrom = (offsetBytes: number): ByteStream => byteStream(...piecesOf(bytes.subarray(offsetBytes)))

describe('the tar of a layer that is fetched', () => {
  test('comes while the blob does, which is stored at its end', async () => {
    await using place = await temporaryStore()
    let sent = 0
    const { source, asked } = sourceOf(async function* () {
      for (const piece of piecesOf(bytes)) {
        sent += piece.length
        yield piece
      }
    })
    const got: Uint8Array[] = []
    let sentAtFirst: number | undefined
    for await (const chunk of fetchedTar(layer, source, place.store, job)) {
      sentAtFirst ??= sent
      got.push(chunk)
    }
    assert.deepEqual(Buffer.concat(got), Buffer.from(tar))
    assert(sentAtFirst !== undefined && sentAtFirst < bytes.length)
    assert.deepEqual(Buffer.from(await readContent(place.store, descriptor)), Buffer.from(bytes))
    assert.deepEqual(asked, [0])
  })

  test('is whole where an earlier transfer broke off, and what that had stored is not fetched again', async () => {
    await using place = await temporaryStore()
    const breaking = sourceOf(() => cutOff(bytes.subarray(0, 1_000_000)))
    await assert.rejects(readAll(fetchedTar(layer, breaking.source, place.store, job), 1e7), /ECONNRESET/)
    const { source, asked } = sourceOf(wholeFrom)
    assert.deepEqual(await readAll(fetchedTar(layer, source, place.store, job), 1e7), Buffer.from(tar))
    assert.deepEqual(asked, [1_000_000])
  })

  test('is whole where somebody else has just stored it', async () => {
    await using place = await temporaryStore()
    await writeContent(place.store, { bytes, descriptor })
    const { source, asked } = sourceOf(wholeFrom)
    assert.deepEqual(await readAll(fetchedTar(layer, source, place.store, job), 1e7), Buffer.from(tar))
    assert.deepEqual(asked, [])
  })

  test('is refused where its bytes are others than was said, in the words of the store', async () => {
    for (const other of [gzipSync(randomBytes(descriptor.size)), randomBytes(descriptor.size)]) {
      await using place = await temporaryStore()
      const { source } = sourceOf(() => byteStream(...piecesOf(other.subarray(0, descriptor.size))))
      await assert.rejects(readAll(fetchedTar(layer, source, place.store, job), 1e7), { code: 'digest-mismatch' })
      assert.equal(await place.store.has(descriptor, job), false)
    }
  })

  test('ends its transfer where its reader stops', async () => {
    await using place = await temporaryStore()
    let isClosed = false
    const { source } = sourceOf(async function* () {
      try {
        yield* piecesOf(bytes)
      } finally {
        isClosed = true
      }
    })
    for await (const chunk of fetchedTar(layer, source, place.store, job)) {
      assert(chunk.length > 0)
      break
    }
    assert.equal(isClosed, true)
    assert.equal(await place.store.has(descriptor, job), false)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { defaultLimits } from '../std/limits.ts'
import { parseImageConfig } from './config.ts'
import type { ContentSource } from './content.ts'
import { digestOf } from './digest.ts'
import { ImageError } from './errors.ts'
import { childrenOf, parseManifest, readManifest, type ManifestDocument } from './manifest.ts'
import { mediaTypes } from './media-type.ts'

const digest = digestOf(Buffer.from('x'))
const config = { mediaType: mediaTypes.ociConfig, digest, size: 2 }
const layer = { mediaType: mediaTypes.ociLayerGzip, digest, size: 3 }
const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] }
const index = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociIndex,
  manifests: [{ ...config, mediaType: image.mediaType }],
}

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const parse = (value: object, mediaType: string = mediaTypes.ociManifest): ManifestDocument =>
  parseManifest(bytesOf(value), mediaType, 'manifest', defaultLimits)

describe('a manifest', () => {
  test('is read in both families', () => {
    const docker = { ...image, mediaType: mediaTypes.dockerManifest }
    assert.deepEqual(childrenOf(parse(image)), [config, layer])
    assert.deepEqual(childrenOf(parse(docker, mediaTypes.dockerManifest)), [config, layer])
    assert.deepEqual(childrenOf(parse(index, mediaTypes.ociIndex)), index.manifests)
  })

  test('may leave its own media type out', () => {
    const { mediaType: _, ...rest } = image
    assert.equal(parse(rest).kind, 'image')
  })

  test('may be an artifact with a subject', () => {
    const document = parse({ ...image, artifactType: 'x/sbom', subject: config, annotations: { a: 'b' } })
    assert.equal(document.artifactType, 'x/sbom')
    assert.deepEqual(document.subject, config)
    assert.deepEqual(document.annotations, { a: 'b' })
  })

  test('takes null for an empty list, as Go writes it', () => {
    assert.deepEqual(childrenOf(parse({ ...image, layers: null, annotations: null })), [config])
    assert.deepEqual(childrenOf(parse({ ...index, manifests: null }, mediaTypes.ociIndex)), [])
  })

  const refused: readonly (readonly [what: string, value: object, mediaType: string, message: RegExp])[] = [
    [
      'a wrong digest',
      { ...image, layers: [layer, { ...layer, digest: 'sha256:0' }] },
      image.mediaType,
      /layers\.1\.digest/,
    ],
    ['a negative size', { ...image, config: { ...config, size: -1 } }, image.mediaType, /config\.size/],
    ['a size that is no whole number', { ...image, config: { ...config, size: 1.5 } }, image.mediaType, /config\.size/],
    ['another schema version', { ...image, schemaVersion: 1 }, image.mediaType, /schemaVersion/],
    ['no config', { ...image, config: undefined }, image.mediaType, /config/],
    ['another media type than its descriptor', image, mediaTypes.dockerManifest, /descriptor says/],
    ['layers in an index (CVE-2021-41190)', { ...index, layers: [] }, mediaTypes.ociIndex, /layers: does not belong/],
    [
      'manifests in an image (CVE-2021-41190)',
      { ...image, manifests: [] },
      image.mediaType,
      /manifests: does not belong/,
    ],
    ['a list', [], image.mediaType, /schemaVersion/],
    ['1,001 layers', { ...image, layers: Array(1001).fill(layer) }, image.mediaType, /more than 1000/],
  ]
  for (const [what, value, mediaType, message] of refused) {
    test(`with ${what} is refused, and the path of it is said`, () => {
      assert.throws(() => parse(value, mediaType), { code: 'bad-document', message })
    })
  }

  test("of Docker's schema 1 is refused by name", () => {
    assert.throws(() => parse({}, mediaTypes.dockerManifestSchema1Signed), { code: 'unsupported', hint: /schema 1/ })
  })

  test('that is no JSON, or no UTF-8, is refused', () => {
    for (const bytes of [Buffer.from('{'), Buffer.from([0xff, 0xfe]), Buffer.alloc(0)]) {
      assert.throws(() => parseManifest(bytes, mediaTypes.ociManifest, 'manifest', defaultLimits), {
        code: 'bad-document',
      })
    }
  })

  test('of any JSON at all is read or refused', () => {
    const anyDocument = fc.oneof(
      fc.jsonValue(),
      fc.jsonValue().map((layers) => ({ ...image, layers })),
    )
    fc.assert(
      fc.property(anyDocument, fc.constantFrom(mediaTypes.ociManifest, mediaTypes.ociIndex), (value, mediaType) => {
        try {
          parseManifest(bytesOf(value), mediaType, 'manifest', defaultLimits)
        } catch (error) {
          assert.ok(error instanceof ImageError, String(error))
        }
      }),
    )
  })
})

const sourceOf = (bytes: Uint8Array): ContentSource => ({
  resolve: () => Promise.reject(new Error('not asked')),
  open: (_, __, offset = 0) => Promise.resolve(byteStream(bytes.subarray(offset))),
})

describe('reading a manifest from a place', () => {
  const descriptor = { mediaType: image.mediaType, digest: digestOf(bytesOf(image)), size: bytesOf(image).length }

  test('keeps the bytes as they came', async () => {
    const bytes = Buffer.from(`  ${JSON.stringify(image, undefined, 3)}\n`)
    const spaced = { ...descriptor, digest: digestOf(bytes), size: bytes.length }
    const raw = await readManifest(sourceOf(bytes), spaced, createJob())
    assert.equal(digestOf(raw.bytes), spaced.digest)
  })

  test('refuses other bytes than were promised', async () => {
    await assert.rejects(readManifest(sourceOf(bytesOf(index)), descriptor, createJob()), /should have|digest/)
  })

  test('refuses one over the limit before a byte of it is read', async () => {
    const huge = { ...descriptor, size: 4 * 1024 * 1024 + 1 }
    const source: ContentSource = { ...sourceOf(bytesOf(image)), open: () => Promise.reject(new Error('opened')) }
    await assert.rejects(readManifest(source, huge, createJob()), { code: 'too-large' })
  })
})

describe('an image config', () => {
  const plain = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digest] } }

  test('is read with what Docker adds, and null is the same as absent', () => {
    const value = { ...plain, config: { Cmd: null, Env: ['A=b'], Healthcheck: { Test: ['CMD', 'x'] } }, history: null }
    const parsed = parseImageConfig(bytesOf(value), 'config')
    assert.equal(parsed.config?.Cmd, undefined)
    assert.deepEqual(parsed.config?.Env, ['A=b'])
    assert.deepEqual(parsed.config?.Healthcheck?.Test, ['CMD', 'x'])
    assert.equal(parsed.history, undefined)
  })

  test('keeps fields that it does not know', () => {
    assert.equal(JSON.parse(JSON.stringify(parseImageConfig(bytesOf({ ...plain, later: 1 }), 'config'))).later, 1)
  })

  test('says the path of what is wrong', () => {
    const wrong = { ...plain, config: { Env: ['A=b', 1] } }
    assert.throws(() => parseImageConfig(bytesOf(wrong), 'config'), { code: 'bad-document', message: /config\.Env\.1/ })
    const rootfs = { type: 'tree', diff_ids: [] }
    assert.throws(() => parseImageConfig(bytesOf({ ...plain, rootfs }), 'config'), /rootfs\.type: must be "layers"/)
  })
})

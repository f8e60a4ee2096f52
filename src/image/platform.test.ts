import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Descriptor, Platform } from './descriptor.ts'
import { digestOf } from './digest.ts'
import type { ImageIndex } from './manifest.ts'
import { mediaTypes } from './media-type.ts'
import {
  formatPlatform,
  hostPlatform,
  parsePlatform,
  runnablePlatforms,
  samePlatform,
  selectPlatform,
} from './platform.ts'

const entry = (platform: string | undefined, more: Partial<Descriptor> = {}): Descriptor => ({
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(Buffer.from(`${platform}${JSON.stringify(more)}`)),
  size: 1,
  ...(platform === undefined ? {} : { platform: rawPlatform(platform) }),
  ...more,
})

/** As written, not normalised. */
function rawPlatform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/')
  return { os, architecture, variant }
}

const index = (...manifests: readonly Descriptor[]): ImageIndex => ({
  kind: 'index',
  mediaType: mediaTypes.ociIndex,
  manifests,
})

describe('a platform', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['linux/amd64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/i386', 'linux/386'],
    ['Linux/AMD64', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['linux', `linux/${hostPlatform().architecture}`],
    ['macos/arm64', 'darwin/arm64'],
    ['linux/riscv64', 'linux/riscv64'],
  ]
  for (const [given, normal] of forms) {
    test(`${given} is ${normal}`, () => {
      assert.equal(formatPlatform(parsePlatform(given)), normal)
    })
  }

  for (const given of ['', '/', 'linux/', 'linux/amd64/v1/x', 'li nux/amd64', 'linux//v7']) {
    test(`${JSON.stringify(given)} is refused`, () => {
      assert.throws(() => parsePlatform(given), { code: 'bad-name' })
    })
  }

  test('of this machine is one that its own images have', () => {
    assert.equal(hostPlatform().os, 'linux')
    assert.ok(['amd64', 'arm64'].includes(hostPlatform().architecture))
  })

  test('runs older variants and 32-bit programs, newest first', () => {
    const runs = (text: string): readonly string[] => runnablePlatforms(parsePlatform(text)).map(formatPlatform)
    assert.deepEqual(runs('linux/amd64/v3'), ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64', 'linux/386'])
    assert.deepEqual(runs('linux/arm64').slice(0, 3), ['linux/arm64', 'linux/arm/v8', 'linux/arm/v7'])
    assert.deepEqual(runs('linux/arm/v6'), ['linux/arm/v6', 'linux/arm/v5'])
    assert.deepEqual(runs('linux/s390x'), ['linux/s390x'])
  })

  test('versions of the system count only where both are known', () => {
    const windows = { os: 'windows', architecture: 'amd64' }
    assert.ok(samePlatform(windows, { ...windows, 'os.version': '10.0.1' }))
    assert.ok(!samePlatform({ ...windows, 'os.version': '10.0.2' }, { ...windows, 'os.version': '10.0.1' }))
  })
})

describe('choosing from an index', () => {
  const [amd64, arm64, armV6, armV7] = [
    entry('linux/amd64'),
    entry('linux/arm64/v8'),
    entry('linux/arm/v6'),
    entry('linux/arm/v7'),
  ]

  test('takes the platform itself, however its variant is written', () => {
    assert.equal(selectPlatform(index(amd64, arm64), parsePlatform('linux/arm64')), arm64)
  })

  test('takes the newest variant that runs', () => {
    assert.equal(selectPlatform(index(armV6, armV7), parsePlatform('linux/arm/v7')), armV7)
    assert.equal(selectPlatform(index(armV6), parsePlatform('linux/arm/v7')), armV6)
    assert.equal(selectPlatform(index(armV6), parsePlatform('linux/arm64')), armV6)
    assert.equal(selectPlatform(index(entry('linux/amd64/v2'), amd64), parsePlatform('linux/amd64')), amd64)
  })

  test('takes the first of equals', () => {
    assert.equal(selectPlatform(index(amd64, entry('linux/amd64', { size: 2 })), parsePlatform('amd64')), amd64)
  })

  test('never takes an attestation', () => {
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' }
    const attestation = entry('linux/amd64', { annotations })
    assert.equal(selectPlatform(index(attestation, amd64), parsePlatform('linux/amd64')), amd64)
  })

  test('takes the only manifest that names no platform', () => {
    const only = entry(undefined)
    assert.equal(selectPlatform(index(only), parsePlatform('linux/amd64')), only)
  })

  test('says what there is when nothing fits', () => {
    assert.throws(() => selectPlatform(index(armV6, armV7), parsePlatform('linux/s390x')), {
      code: 'no-platform',
      hint: 'It offers linux/arm/v6, linux/arm/v7.',
    })
    assert.throws(() => selectPlatform(index(), parsePlatform('linux/amd64')), { code: 'no-platform' })
  })
})

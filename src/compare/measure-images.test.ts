import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { directory, file, hardLink, symbolicLink } from '../../test/support/layers.ts'
import { differenceOf } from './difference.ts'
import { measureImages } from './measure-images.ts'
import { measurable } from './testing/measurable.ts'

const fat = [
  [
    directory('bin'),
    file('bin/dash', 'a shell', { mode: 0o755 }),
    symbolicLink('bin/sh', 'dash'),
    file('usr/bin/apt-get', 'apt', { mode: 0o755 }),
    file('usr/bin/su', 'su', { mode: 0o4755 }),
    file('usr/share/bash', 'no program'),
    file('var/lib/dpkg/status', 'Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n'),
    file('app/node_modules/x/package.json', '{"name":"x","version":"2.0.0"}'),
    file('app/node_modules/x/lib/package.json', '{"name":"no package","version":"1"}'),
  ],
  [
    file('app/one', 'the same'),
    file('app/two', 'the same'),
    hardLink('app/three', 'app/two'),
    file('usr/bin/su', 'other', { mode: 0o755 }),
  ],
]

async function values(
  layers: Parameters<typeof measurable>[0],
  config?: object,
): Promise<Readonly<Record<string, number | string | undefined>>> {
  await using image = await measurable(layers, config)
  const measures = measureImages(image, image)
  return Object.fromEntries(measures.map(({ id, before }) => [id, before?.value]))
}

describe('measureImages', () => {
  test('counts what an image has', async () => {
    const found = await values(fat, { User: '1000', ExposedPorts: { '80/tcp': {}, '443/tcp': {} } })
    assert.deepEqual(
      { ...found, 'size.compressed': undefined, 'size.unpacked': undefined },
      {
        'size.compressed': undefined,
        'size.unpacked': undefined,
        'size.waste': 2,
        'content.layers': 2,
        'content.files': 11,
        'content.folders': 12,
        'content.duplicates': 8,
        'content.packages': 2,
        'safety.setuid': 0,
        'safety.shells': 2,
        'safety.package-managers': 1,
        'safety.user': '1000',
        'safety.ports': '443/tcp, 80/tcp',
      },
    )
  })

  test('says root for an image that names no user, and names setuid files', async () => {
    await using image = await measurable(fat.slice(0, 1))
    const measures = measureImages(image, image)
    const row = (id: string) => measures.find((each) => each.id === id)
    assert.equal(row('safety.user')?.before?.value, 'root')
    assert.equal(row('safety.setuid')?.note, '/usr/bin/su')
  })

  test('says why packages could not be counted', async () => {
    await using image = await measurable([[file('var/lib/dpkg/status', 'no control data\n')]])
    const packages = measureImages(image, image).find(({ id }) => id === 'content.packages')
    assert.equal(packages?.before, undefined)
    assert.match(packages?.note ?? '', /^the packages cannot be read: /)
  })

  test('measures an image without layers', async () => {
    const found = await values([])
    assert.equal(found['content.files'], 0)
    assert.equal(found['size.compressed'], 0)
  })

  test('finds no difference between an image and itself', async () => {
    await using image = await measurable(fat)
    for (const measure of measureImages(image, image))
      assert.deepEqual(differenceOf(measure), { kind: 'none', isWithinSpread: false }, measure.id)
  })
})

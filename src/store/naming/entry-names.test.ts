import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatReference, parseReference } from '../../image/reference.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { entryName, referenceOf } from './entry-names.ts'

describe('referenceOf', () => {
  const cases: readonly [string, string | undefined, string | undefined, string | undefined][] = [
    ['a full name', 'localhost:5000/a:1', undefined, 'localhost:5000/a:1'],
    [
      'a full name, and the same for containerd',
      'docker.io/library/a:1',
      'docker.io/library/a:1',
      'docker.io/library/a:1',
    ],
    ['a tag, and the whole name for containerd', '1', 'docker.io/library/a:1', 'docker.io/library/a:1'],
    ['a name for containerd only', undefined, 'docker.io/library/a:1', 'docker.io/library/a:1'],
    ['a new name beside an old one for containerd', 'b', 'docker.io/library/a:1', 'docker.io/library/b:latest'],
    ['a short name', 'a:1', undefined, 'docker.io/library/a:1'],
    ['no name', undefined, undefined, undefined],
    ['something that is no name', 'NOT A NAME', undefined, undefined],
  ]
  for (const [what, name, containerd, expected] of cases) {
    test(`understands ${what}`, () => {
      const annotations = {
        ...(name === undefined ? {} : { 'org.opencontainers.image.ref.name': name }),
        ...(containerd === undefined ? {} : { 'io.containerd.image.name': containerd }),
      }
      const entry = {
        mediaType: mediaTypes.ociManifest,
        digest: `sha256:${'0'.repeat(64)}`,
        size: 0,
        annotations,
      } as const
      const reference = referenceOf(entry)
      assert.equal(reference === undefined ? undefined : formatReference(reference), expected)
    })
  }
})

describe('entryName', () => {
  test('leaves the tag out where a digest decides', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    assert.equal(entryName(parseReference(`app:1@${digest}`)), `docker.io/library/app@${digest}`)
    assert.equal(entryName(parseReference('app')), 'docker.io/library/app:latest')
  })
})

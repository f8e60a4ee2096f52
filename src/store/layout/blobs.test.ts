import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, test } from 'node:test'
import { digestOf } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { isIntact } from './blobs.ts'
import { blobPath, layoutPaths } from './paths.ts'

const bytes = Buffer.from('{}')
const descriptor = { mediaType: mediaTypes.ociManifest, digest: digestOf(bytes), size: bytes.length }

describe('a small blob', () => {
  test('is there, or is not, when somebody prunes it while it is read', async () => {
    await using folder = await temporaryDirectory()
    const paths = layoutPaths(folder.path)
    const path = blobPath(paths, descriptor.digest)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    const reading = isIntact(paths, descriptor, 100)
    rmSync(path)
    await reading
    assert.equal(await isIntact(paths, descriptor, 100), false)
  })

  for (const [what, content] of [
    ['has another size', '{ }'],
    ['has other bytes', '[]'],
  ] as const) {
    test(`is not intact when it ${what}`, async () => {
      await using folder = await temporaryDirectory()
      const paths = layoutPaths(folder.path)
      const path = blobPath(paths, descriptor.digest)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
      assert.equal(await isIntact(paths, descriptor, 100), false)
    })
  }
})

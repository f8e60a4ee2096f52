import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { distributionOf, imageUrl, packageUrl } from './package-url.ts'

const trixie = distributionOf('trixie')
const source = { name: 'zlib', version: '1:1.3.1-1' }

describe('package URLs', () => {
  test('name package, version, processor, release, and the source where it is another', () => {
    const own = { name: 'zlib1g', version: '1:1.3.1-1', architecture: 'amd64', source }
    assert.equal(packageUrl(own, trixie), 'pkg:deb/debian/zlib1g@1:1.3.1-1?arch=amd64&distro=debian-13&upstream=zlib')
    assert.equal(
      packageUrl({ ...own, name: 'zlib', architecture: 'all' }, trixie),
      'pkg:deb/debian/zlib@1:1.3.1-1?arch=all&distro=debian-13',
    )
    assert.equal(
      packageUrl({ ...own, version: '1:1.3.1-1+b2' }, trixie),
      'pkg:deb/debian/zlib1g@1:1.3.1-1%2Bb2?arch=amd64&distro=debian-13&upstream=zlib%401:1.3.1-1',
    )
  })

  test('encode what has a meaning in URLs', () => {
    const own = { name: 'libstdc++6', version: '14.2.0~rc1+deb13', architecture: 'amd64' }
    const url = packageUrl({ ...own, source: own }, trixie)
    assert.equal(url, 'pkg:deb/debian/libstdc%2B%2B6@14.2.0~rc1%2Bdeb13?arch=amd64&distro=debian-13')
  })

  test('know releases by number, names that move on by name, and other archives not at all', () => {
    assert.deepEqual(distributionOf('12'), { isDebian: true, version: '12' })
    assert.deepEqual(distributionOf('bookworm-backports'), { isDebian: true, version: '12' })
    assert.deepEqual(distributionOf('sid'), { isDebian: true, version: 'sid' })
    const own = { name: 'a', version: '1', architecture: 'all', source: { name: 'a', version: '1' } }
    assert.equal(packageUrl(own, distributionOf('noble')), 'pkg:deb/a@1?arch=all')
  })

  test('name images by digest', () => {
    const digest = `sha256:${'a'.repeat(64)}` as const
    assert.equal(imageUrl('Node', digest, 'arm64'), `pkg:oci/node@sha256:${'a'.repeat(64)}?arch=arm64`)
  })
})

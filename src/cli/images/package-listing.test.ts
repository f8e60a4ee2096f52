import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { file, tarOf } from '../../../test/support/layers.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import { digestOf } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { byteStream } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { installedPackages } from './package-listing.ts'

/** The packages of an image that has these files. */
async function packagesOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await using folder = await temporaryDirectory()
  const tar = await tarOf(Object.entries(files).map(([path, text]) => file(path, text)))
  const diffId = digestOf(tar)
  const layer = {
    descriptor: { mediaType: mediaTypes.ociLayer, digest: diffId, size: tar.length },
    diffId,
    openTar: () => byteStream(tar),
  }
  await using tree = await openFileTree({ layers: [layer] }, folder.path, createJob())
  return (await installedPackages(tree, createJob())).map(({ name, version }) => `${name} ${version}`)
}

const record = (name: string, fields = ''): string =>
  `Package: ${name}\nVersion: 1.0\nArchitecture: amd64\n${fields}Description: a\n b\n`

describe('installedPackages', () => {
  test('are those that dpkg has installed, by name', async () => {
    const status = [
      record('zlib', 'Status: install ok installed\n'),
      record('gone', 'Status: deinstall ok config-files\n'),
      record('never', 'Status: purge ok not-installed\n'),
      record('app', 'Status: hold ok installed\n'),
    ]
    assert.deepEqual(await packagesOf({ 'var/lib/dpkg/status': status.join('\n') }), ['app 1.0', 'zlib 1.0'])
  })

  test('are those of a folder of records, without the sums beside them', async () => {
    const files = {
      'var/lib/dpkg/status.d/zlib': record('zlib'),
      'var/lib/dpkg/status.d/app': record('app'),
      'var/lib/dpkg/status.d/app.md5sums': '0  usr/bin/app\n',
    }
    assert.deepEqual(await packagesOf(files), ['app 1.0', 'zlib 1.0'])
  })

  test('are not known of an image that does not say', async () => {
    await assert.rejects(packagesOf({ 'etc/os-release': 'ID=alpine\n' }), { code: 'not-found' })
  })

  test('are refused where the record is none', async () => {
    await assert.rejects(packagesOf({ 'var/lib/dpkg/status': 'what is this\n' }), { code: 'bad-control-data' })
  })
})

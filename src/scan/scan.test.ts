import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openFileTree, type FileTree } from '../filetree/file-tree.ts'
import { createJob } from '../std/job.ts'
import { builtImage } from '../../test/support/built-image.ts'
import { file, symbolicLink, type LayerItem } from '../../test/support/layers.ts'
import { temporaryStore } from '../../test/support/store.ts'
import { alpineDatabaseFile, alpinePackageUrl, readAlpinePackages } from './alpine-packages.ts'
import { debianDatabases, readDebianPackages } from './debian-packages.ts'
import { readSystemName } from './system-name.ts'

const job = createJob()

async function withTree<Result>(
  items: readonly LayerItem[],
  work: (tree: FileTree) => Promise<Result>,
): Promise<Result> {
  await using place = await temporaryStore()
  const image = await builtImage(place.store, { layers: [items] })
  await using tree = await openFileTree(image, place.store.layersPath, job)
  return await work(tree)
}

describe('the system of an image', () => {
  test('is what os-release says, also where it is a link', async () => {
    const items = [
      file('usr/lib/os-release', 'PRETTY_NAME="Debian 13"\nVERSION_ID="13"\nID=debian\n'),
      symbolicLink('etc/os-release', '../usr/lib/os-release'),
    ]
    assert.deepEqual(await withTree(items, readSystemName), { id: 'debian', version: '13' })
    assert.deepEqual(await withTree([file('etc/os-release', "ID='x'\n")], readSystemName), { id: 'x', version: '' })
  })

  test('is unknown without it', async () => {
    assert.equal(await withTree([file('a', 'a')], readSystemName), undefined)
    assert.equal(await withTree([file('etc/os-release', 'NAME=x\n')], readSystemName), undefined)
  })
})

describe('packages', () => {
  test('of dpkg are those that are installed, in status and in status.d', async () => {
    const record = (name: string, status = ''): string => `Package: ${name}\nVersion: 1\nArchitecture: all\n${status}`
    const status = [record('a', 'Status: install ok installed\n'), record('b', 'Status: deinstall ok config-files\n')]
    const items = [
      file('var/lib/dpkg/status', status.join('\n')),
      file('var/lib/dpkg/status.d/c', record('c')),
      file('var/lib/dpkg/status.d/c.md5sums', 'sum file\n'),
    ]
    const names = await withTree(items, async (tree) => {
      const found: string[] = []
      for (const database of debianDatabases(tree))
        for await (const { record } of readDebianPackages(tree, database, job)) found.push(record.name)
      return found
    })
    assert.deepEqual(names, ['a', 'c'])
  })

  test('of apk have names that scanners know', async () => {
    const items = [
      file(alpineDatabaseFile.slice(1), 'P:libssl3\nV:3.3-r0\nA:x86_64\no:openssl\nF:usr/lib\n\nP:broken\n'),
    ]
    const urls = await withTree(items, async (tree) => {
      const database = tree.get(alpineDatabaseFile)
      assert.ok(database)
      const found: string[] = []
      for await (const each of readAlpinePackages(tree, database, job))
        found.push(alpinePackageUrl(each, { id: 'alpine', version: '3.20' }))
      return found
    })
    assert.deepEqual(urls, ['pkg:apk/alpine/libssl3@3.3-r0?arch=x86_64&distro=alpine-3.20&upstream=openssl'])
  })
})

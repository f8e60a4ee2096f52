import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decided } from '../../../test/support/decided.ts'
import { directory, file, symbolicLink } from '../../../test/support/layers.ts'
import { foldersOfFiles, missingVolumes, volumeFolders, writablePaths, writtenForAWhile } from './writable-paths.ts'

const base = [directory('run'), directory('run/app'), directory('var/data'), file('etc/app.conf', 'x')]

describe('where an app has to be able to write', () => {
  test('is the file that it changed, or the folder in which it made one', async () => {
    await decided({ base }, {}, (_, __, tree) => {
      const written = new Set(['/etc/app.conf', '/var/data/new/file', '/var/tmp/x', '/a.pyc'])
      assert.deepEqual(writablePaths(written, tree), ['/etc/app.conf', '/var/data'])
    })
  })

  test('is also where it made something that is gone, but not what is mounted or passes', async () => {
    await decided({ base }, {}, (_, __, tree) => {
      const made = ['/run/app/app.pid', '/var/data/sedF3dAx2']
      const others = ['/run/secrets/token', '/etc/app.conf', '/etc/hosts', '/var/tmp/x', '/proc/1/stat']
      const accessed = { opened: new Set([...made, ...others]), executed: new Set<string>() }
      const written = writtenForAWhile({ written: new Set(), accessed }, tree, ['/run/secrets'])
      assert.deepEqual([...written], made)
      assert.deepEqual(writablePaths(written, tree), ['/run/app', '/var/data'])
    })
  })

  test('are the folders of files that another one takes the place of, if they are not at the top', async () => {
    await decided({ base: [...base, file('var/lib/app/state', 'x')] }, {}, (_, __, tree) => {
      const paths = ['/var/lib/app/state', '/etc/app.conf', '/var/data', '/none/at/all']
      assert.deepEqual(foldersOfFiles(paths, tree), ['/var/lib/app'])
    })
  })

  test('are the volumes that are folders of the image', async () => {
    await decided({ base }, {}, (_, __, tree) => {
      const Volumes = { '/var/data': {}, 'run/app/': {}, '/etc/app.conf': {}, '/none': {} }
      assert.deepEqual(volumeFolders({ Volumes }, tree), ['/var/data', '/run/app'])
    })
  })

  test('are volumes that have no folder yet, but none that a file is in the way of', async () => {
    await decided({ base: [...base, symbolicLink('srv', 'var/data')] }, {}, (_, __, tree) => {
      const Volumes = { '/var/data': {}, '/none/at/all/': {}, '/etc/app.conf/below': {}, '/srv/linked': {}, '/': {} }
      assert.deepEqual(missingVolumes({ Volumes }, tree), ['/none/at/all'])
    })
  })
})

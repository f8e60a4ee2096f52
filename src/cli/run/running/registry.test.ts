import assert from 'node:assert/strict'
import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../../../std/job.ts'
import { temporaryDirectory } from '../../../std/temporary.ts'
import { enterContainer, forgetContainer, isRunning, listContainers, listRunning, noteRunning } from './registry.ts'

const job = createJob()

describe('what is noted of containers', () => {
  test('tells one that runs from one that has ended', async () => {
    await using place = await temporaryDirectory()
    const folder = await enterContainer(place.path, { id: '0123456789ab', name: 'app' }, job)
    const state = { id: '0123456789ab', name: 'app', pid: 1, image: 'app', command: [], startedMs: 0, ports: [] }
    noteRunning(folder, state)
    assert.deepEqual(
      (await listRunning(place.path)).map(({ id }) => id),
      [state.id],
    )
    await folder.lock[Symbol.asyncDispose]()
    assert.deepEqual(await listRunning(place.path), [])
    assert.deepEqual(
      (await listContainers(place.path)).map(({ id }) => id),
      [state.id],
    )
    await forgetContainer(folder)
    assert.deepEqual(await listContainers(place.path), [])
  })

  test('is not added to by who asks for it, so that its folder can be deleted meanwhile', async () => {
    await using place = await temporaryDirectory()
    const folder = join(place.path, '0123456789ab')
    await mkdir(folder)
    assert.equal(await isRunning(folder), false)
    assert.deepEqual(await listContainers(place.path), [])
    assert.deepEqual(await readdir(folder), [])
  })

  test('may be deleted while another container begins', async () => {
    await using place = await temporaryDirectory()
    // It is listed, and not there when it is looked at.
    await symlink(join(place.path, 'deleted'), join(place.path, 'ba9876543210'))
    const folder = await enterContainer(place.path, { id: '0123456789ab', name: undefined }, job)
    await using _ = folder.lock
    assert.equal(await isRunning(folder.path), true)
  })
})

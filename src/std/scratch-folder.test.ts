import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from './temporary.ts'
import { hasAbandoned, openScratchFolder, removeAbandoned } from './scratch-folder.ts'

test('a folder is there until it is disposed of, and nothing of it stays', async () => {
  await using place = await temporaryDirectory()
  const directory = join(place.path, 'scratch')
  {
    await using folder = await openScratchFolder(directory)
    await writeFile(join(folder.path, 'file'), '')
    await removeAbandoned(directory)
    assert.equal(await hasAbandoned(directory), false)
    assert.deepEqual(await readdir(folder.path), ['file'])
  }
  assert.deepEqual(await readdir(directory), [])
})

test('what killed processes left behind goes with the next folder, whatever its modes', async () => {
  await using place = await temporaryDirectory()
  const work = join(place.path, 'host-dead', 'container-1', 'work')
  await mkdir(work, { recursive: true })
  await chmod(work, 0)
  await writeFile(join(place.path, 'host-dead.lock'), '')
  await writeFile(join(place.path, 'host-without-folder.lock'), '')
  await writeFile(join(place.path, 'other'), '')
  assert.equal(await hasAbandoned(place.path), true)
  await using folder = await openScratchFolder(place.path)
  const names = (await readdir(place.path)).filter((name) => !folder.path.endsWith(name.replace('.lock', '')))
  assert.deepEqual(names, ['other'])
})

test('where there never was a scratch folder nothing is left behind', async () => {
  await using place = await temporaryDirectory()
  assert.equal(await hasAbandoned(join(place.path, 'missing')), false)
  await removeAbandoned(join(place.path, 'missing'))
})

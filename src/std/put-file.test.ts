import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { putFile } from './put-file.ts'
import { temporaryDirectory } from './temporary.ts'

describe('putFile', () => {
  test('makes the folder again when somebody removes it before or after the file is written', async () => {
    await using folder = await temporaryDirectory()
    const parent = join(folder.path, 'cache', '00')
    let calls = 0
    await putFile(join(parent, 'file'), async (path) => {
      calls += 1
      if (calls === 1) await rm(join(folder.path, 'cache'), { recursive: true })
      await writeFile(path, 'content')
      if (calls === 2) await rm(parent, { recursive: true })
    })
    assert.equal(await readFile(join(parent, 'file'), 'utf8'), 'content')
    assert.deepEqual(await readdir(parent), ['file'])
    assert.equal(calls, 3)
  })

  test('leaves what is there, and nothing else, when the file cannot be written', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'file')
    await writeFile(path, 'before')
    const failing = putFile(path, async (temporary) => {
      await writeFile(temporary, 'half')
      throw new Error('stop')
    })
    await assert.rejects(failing, /stop/)
    assert.deepEqual(await readdir(folder.path), ['file'])
    assert.equal(await readFile(path, 'utf8'), 'before')
  })

  test('gives up where the folder goes each time', async () => {
    await using folder = await temporaryDirectory()
    const parent = join(folder.path, 'cache')
    const failing = putFile(join(parent, 'file'), async () => await rm(parent, { recursive: true }))
    await assert.rejects(failing, { code: 'ENOENT' })
  })
})

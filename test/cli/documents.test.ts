import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandSandbox } from '../support/command.ts'

test('the configuration that docs/command-line.md shows is one', async () => {
  const text = await readFile(new URL('../../docs/command-line.md', import.meta.url), 'utf8')
  const [, example] = /```yaml\n(.*?)```/s.exec(text) ?? []
  assert.ok(example !== undefined)
  await using folder = await commandSandbox()
  const path = join(folder.path, 'config.yaml')
  await writeFile(path, example)
  await using sandbox = await commandSandbox({ WHERRY_CONFIG: path })
  assert.equal(await sandbox.succeed('images', '-q'), '')
})

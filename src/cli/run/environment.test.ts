import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { CliError } from '../errors.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { readVariableFile, readVariables } from './environment.ts'

test('a variable without a value is that of the caller, or none', () => {
  const variables = readVariables(['A', 'B', 'C=c=d', 'C=e'], { A: 'caller' })
  assert.deepEqual([...variables], [['A', 'caller'], ['B', undefined], ['C', 'e']]) // prettier-ignore
  assert.throws(() => readVariables(['=x'], {}), CliError)
})

test('a file has one variable on a line, taken as it is', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'variables')
  await writeFile(path, '\uFEFF# comment\r\n\r\nA="quoted" # and more\r\n  B=b \nC\n')
  assert.deepEqual(await readVariableFile(path), ['A="quoted" # and more', 'B=b ', 'C'])
  await writeFile(path, 'A=1\nexport B=2\n')
  await assert.rejects(readVariableFile(path), { code: 'wrong-usage', message: /variables:2: "export B" is no name/ })
  await assert.rejects(readVariableFile(join(folder.path, 'absent')), { code: 'file-failed' })
})

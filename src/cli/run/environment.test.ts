import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { CliError } from '../errors.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { readVariableFile, variablesOf } from './environment.ts'

const usual = { hostname: 'box', hasTerminal: false, image: [], given: [] }

test('variables of the line go before those of the image, and those before the usual ones', () => {
  const plain = Object.fromEntries(variablesOf(usual, { SECRET: 'x' }))
  assert.deepEqual(Object.keys(plain), ['PATH', 'HOSTNAME'])
  const sources = {
    ...usual,
    hasTerminal: true,
    image: ['PATH=/bin', 'A=a=b', 'B=', 'C=c'],
    given: ['A=x', 'TERM=dumb'],
  }
  assert.deepEqual(Object.fromEntries(variablesOf(sources, {})), {
    ...{ PATH: '/bin', HOSTNAME: 'box', TERM: 'dumb' },
    ...{ A: 'x', B: '', C: 'c' },
  })
})

test('a variable without a value is that of the caller, or none', () => {
  const variables = variablesOf({ ...usual, image: ['B=b'], given: ['A', 'B'] }, { A: 'caller' })
  assert.deepEqual([variables.get('A'), variables.has('B')], ['caller', false])
  assert.throws(() => variablesOf({ ...usual, given: ['=x'] }, {}), CliError)
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

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '../../std/temporary.ts'
import { CliError } from '../errors.ts'
import { resultPlaces } from './result-places.ts'

const options = { output: undefined, ledger: undefined, proof: undefined, card: undefined, format: undefined } as const

describe('the places of what comes of a slimming', () => {
  test('leave standard output to the card where files take the rest', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'Dockerfile.slim')
    const places = await resultPlaces({ ...options, format: 'json' }, path)
    assert.deepEqual(places, {
      dockerfile: path,
      ledger: undefined,
      proof: undefined,
      card: undefined,
      isOutputTaken: false,
    })
    assert.equal((await resultPlaces({ ...options, output: '-' }, path)).isOutputTaken, true)
  })

  test('are not standard output twice', async () => {
    for (const both of [
      { ...options, output: '-', format: 'json' as const },
      { ...options, output: '-', proof: '-' },
    ]) {
      await assert.rejects(resultPlaces(both, undefined), /standard output can hold one result/)
    }
  })

  test('can be written to, or are refused before any work is done', async () => {
    await using folder = await temporaryDirectory()
    await mkdir(join(folder.path, 'taken'))
    for (const path of ['taken', 'not-there/Dockerfile.slim']) {
      await assert.rejects(
        resultPlaces({ ...options, output: join(folder.path, path) }, undefined),
        (error) => error instanceof CliError && error.code === 'file-failed' && error.hint !== undefined,
      )
    }
  })
})

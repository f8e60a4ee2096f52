import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { safeParse } from 'valibot'
import { fitsJsonSchema } from '../../test/support/json-schema.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { CliError } from './errors.ts'
import { projectSchema } from './project-schema.ts'
import { readProjectSettings } from './project-settings.ts'

describe('docs/project.schema.json', async () => {
  const published: unknown = JSON.parse(
    await readFile(new URL('../../docs/project.schema.json', import.meta.url), 'utf8'),
  )

  test('accepts what the program accepts, and refuses what it refuses', () => {
    assert.ok(typeof published === 'object' && published !== null)
    const schema = { ...published }
    const level = fc.constantFrom<unknown>('off', 'information', 'warning', 'error', 'fatal', false, 3, null)
    const rule = fc.constantFrom('PackageListsKept', 'StageNameCasing', 'NoSuchRule', 'packagelistskept')
    const lint = fc.record(
      {
        severity: level,
        experimental: fc.constantFrom<unknown>(true, false, 'yes', null),
        rules: fc.oneof(fc.dictionary(rule, level, { maxKeys: 2 }), fc.constantFrom<unknown>(null, 'x')),
        rule: level,
      },
      { requiredKeys: [] },
    )
    const row = fc.constantFrom('size', 'size.unpacked', 'package-managers', 'Size', '', 'a..b')
    const most = fc.constantFrom<unknown>('20MB', 500, 0.5, -1, '', true, null)
    const budget = fc.oneof(fc.dictionary(row, most, { maxKeys: 2 }), fc.constantFrom<unknown>(null, 'x'))
    const settings = fc.record({ lint: fc.oneof(lint, fc.constant(null)), budget, more: lint }, { requiredKeys: [] })
    fc.assert(
      fc.property(settings, (value) => {
        const accepted = safeParse(projectSchema, value).success
        assert.equal(fitsJsonSchema(value, schema), accepted, JSON.stringify(value))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('settings of a project', () => {
  test('are in the nearest folder above, as far as the root of the repository', async () => {
    await using temporary = await temporaryDirectory()
    const { path } = temporary
    await mkdir(join(path, 'repository/.git'), { recursive: true })
    await mkdir(join(path, 'repository/a/b'), { recursive: true })
    await writeFile(join(path, '.wherry.yaml'), 'lint: { severity: error }\n')
    assert.deepEqual(await readProjectSettings(join(path, 'repository/a/b'), undefined), {})
    await writeFile(join(path, 'repository/.wherry.yaml'), 'lint: { severity: information }\n')
    const found = await readProjectSettings(join(path, 'repository/a/b'), undefined)
    assert.deepEqual(found, { lint: { severity: 'information' } })
  })

  test('name the rule that was meant', async () => {
    await using temporary = await temporaryDirectory()
    const file = join(temporary.path, 'settings.yaml')
    await writeFile(file, 'lint:\n  rules:\n    PackageListKept: off\n')
    await assert.rejects(readProjectSettings(temporary.path, file), (error) => {
      assert.ok(error instanceof CliError)
      assert.equal(error.code, 'bad-configuration')
      assert.match(error.message, /settings\.yaml:3:5: lint\.rules\.PackageListKept: unknown key/)
      assert.equal(error.hint, 'Did you mean PackageListsKept?')
      return true
    })
  })

  test('must be there where they are named', async () => {
    await using temporary = await temporaryDirectory()
    const named = join(temporary.path, 'no.yaml')
    await assert.rejects(readProjectSettings(temporary.path, named), /cannot read the settings/)
  })
})

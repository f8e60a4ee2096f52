import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'valibot'
import { parse as parseYaml, parseDocument, visit } from 'yaml'
import { parseRest, parseStart } from '../../src/cli/command-line.ts'
import { commands } from '../../src/cli/commands.ts'
import { projectSchema } from '../../src/cli/project-schema.ts'
import { parseLimit } from '../../src/compare/budget.ts'
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

describe('docs/ci.md', async () => {
  const text = await readFile(new URL('../../docs/ci.md', import.meta.url), 'utf8')
  const blocks = (language: string): readonly string[] =>
    Array.from(text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs')), ([, block = '']) => block)

  test('shows lines that wherry understands, with budgets that it can read', async () => {
    const lines = [...blocks('sh'), ...blocks('yml').flatMap(stringsOf)]
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith('wherry '))
    assert.equal(lines.length, text.match(/^[\s-]*(?:run: )?wherry /gm)?.length)
    for (const line of lines) {
      const [words = ''] = line.slice('wherry '.length).split(/ >>? /)
      const { name, rest, options } = parseStart(words.split(' '))
      const known = commands.find((command) => command.name === name)
      assert.ok(known !== undefined, line)
      const parsed = parseRest(known.name, (await known.load()).definition.spec, rest, options)
      assert.ok(parsed !== 'help', line)
      const budget = parsed.line.options['budget']
      if (Array.isArray(budget)) for (const limit of budget) if (limit !== 'none') parseLimit(String(limit))
    }
  })

  test('shows a budget of a project that can be read', () => {
    const [settings, ...more] = blocks('yaml').map((block) => parse(projectSchema, parseYaml(block)))
    assert.deepEqual(more, [])
    const limits = Object.entries(settings?.budget ?? {}).map(([row, most]) => parseLimit(`${row}=${most}`))
    assert.equal(limits.length, 4)
  })
})

/** Every text in a YAML document. */
function stringsOf(yaml: string): readonly string[] {
  const found: string[] = []
  visit(parseDocument(yaml), { Scalar: (_, { value }) => void (typeof value === 'string' && found.push(value)) })
  return found
}

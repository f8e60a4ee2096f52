import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parseConfiguration } from '../../src/cli/config/parse.ts'

test('the configuration that docs/command-line.md shows is one', async () => {
  const text = await readFile(new URL('../../docs/command-line.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(text) ?? []
  const configuration = parseConfiguration(example, 'docs/command-line.md')
  assert.deepEqual(Object.keys(configuration), ['store', 'registries', 'limits'])
})

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { lintRules } from '../../src/dockerfile/lint.ts'
import { ruleDocuments } from '../../tools/rule-documents.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'

test('the overview of rules and the schema of settings say what the rules say', async () => {
  for (const [path, text] of await ruleDocuments()) {
    const written = await readFile(resolve(repositoryRoot, path), 'utf8').catch(() => '')
    assert.equal(written, text, `${path} differs: npm run format writes it`)
  }
})

test('every page of a rule belongs to a rule', async () => {
  const pages = await readdir(resolve(repositoryRoot, 'docs/rules'))
  const names = pages.filter((page) => page !== 'README.md').map((page) => page.replace(/\.md$/, ''))
  assert.deepEqual(names.toSorted(), lintRules.map(({ name }) => name).toSorted())
})

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { readableJson, summarizeDockerfile } from '../support/dockerfile-summary.ts'
import { assertGolden } from '../support/golden.ts'

async function eachCase(folder: URL, run: (text: string, expected: URL) => Promise<void>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    test(entry.name, async () => {
      const text = await readFile(new URL(`${entry.name}/Dockerfile`, folder), 'utf8')
      await run(text, new URL(`${entry.name}/expected.json`, folder))
    })
  }
}

describe('a Dockerfile is read as is expected:', async () => {
  await eachCase(new URL('dockerfile/', import.meta.url), async (text, expected) => {
    await assertGolden(`${readableJson(summarizeDockerfile(text))}\n`, expected)
  })
})

describe('a Dockerfile that BuildKit refuses is read, and its mistakes are found:', async () => {
  await eachCase(new URL('dockerfile-rejected/', import.meta.url), async (text, expected) => {
    await assertGolden(`${readableJson(summarizeDockerfile(text))}\n`, expected)
    const { document, diagnostics } = parseDockerfile(text)
    const all = [...diagnostics, ...evaluateDockerfile(document).diagnostics]
    assert.ok(all.some(({ severity }) => severity === 'error'))
  })
})

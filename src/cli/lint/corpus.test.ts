import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { patchText } from './patch.ts'
import { folderContext } from '../../toolchain/folder-context.ts'
import { plainStyle } from '../../std/style.ts'
import { lintDockerfile, type LintOptions, type LintResult } from '../../dockerfile/lint.ts'
import { mendDockerfile } from '../../dockerfile/mend.ts'
import { positionAt } from '../../dockerfile/text-range.ts'
import { readableJson } from '../../../test/support/dockerfile-summary.ts'
import { assertGolden } from '../../../test/support/golden.ts'

/** What is kept of each finding: enough to read it beside the file. */
function summarize({ document, findings }: LintResult): unknown {
  return findings.map(({ code, severity, range, message, fix }) => {
    const { line, column } = positionAt(document.lineIndex, range.start)
    const text = document.text.slice(range.start, range.end)
    return {
      rule: code,
      severity,
      at: `${line}:${column}`,
      text: text.length > 80 ? `${text.slice(0, 79)}…` : text,
      message,
      ...(fix === undefined ? {} : { fix: `${fix.title} (${fix.isSafe ? 'safe' : 'unsafe'})` }),
    }
  })
}

function optionsOf(folder: URL): LintOptions {
  const context = new URL('context/', folder)
  if (!existsSync(context)) return {}
  return { context: folderContext(fileURLToPath(context), undefined) }
}

const root = new URL('../../../test/golden/lint/', import.meta.url)

describe('a Dockerfile as people write them is judged as is expected:', async () => {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const folder = new URL(`${entry.name}/`, root)
    test(entry.name, async () => {
      const text = await readFile(new URL('Dockerfile', folder), 'utf8')
      const options = optionsOf(folder)
      const result = lintDockerfile(text, options)
      await assertGolden(`${readableJson(summarize(result))}\n`, new URL('expected.json', folder))
      for (const level of ['safe', 'unsafe'] as const) {
        const { text: mended, remaining } = mendDockerfile(text, level, options)
        const patch = patchText('Dockerfile', text, mended, plainStyle)
        if (level === 'unsafe') await assertGolden(patch, new URL('mended.patch', folder))
        assert.equal(
          mendDockerfile(mended, level, options).text,
          mended,
          `mending (${level}) twice changes the file again`,
        )
        const errors = (judged: LintResult): number =>
          judged.findings.filter(({ severity, category }) => severity === 'error' && category === 'reading').length
        assert.ok(errors(remaining) <= errors(result), `mending (${level}) makes mistakes in the language`)
      }
    })
  }
})

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { EvaluatedDockerfile } from '../../src/dockerfile/evaluated.ts'
import { openFileTree } from '../../src/filetree/file-tree.ts'
import { planLaunches } from '../../src/slim/launch-command.ts'
import { rewriteDockerfile } from '../../src/slim/rewrite-dockerfile.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { assertGolden } from '../support/golden.ts'
import { layerOf } from '../support/layers.ts'
import { readSlimFacts } from '../support/slim-facts.ts'

const cases = new URL('slim/', import.meta.url)
const job = createJob()

describe('slimming writes', () => {
  for (const name of readdirSync(fileURLToPath(cases)).toSorted()) {
    test(name, async () => {
      const folder = new URL(`${name}/`, cases)
      const text = readFileSync(new URL('Dockerfile', folder), 'utf8')
      const facts = readSlimFacts(readFileSync(new URL('facts', folder), 'utf8'))
      const layers = await Promise.all(facts.layers.map(layerOf))
      await using cache = await temporaryDirectory()
      await using tree = await openFileTree({ layers }, cache.path, job)
      const { target, buildArguments, packages, config, madeBy } = facts
      const began = layers.slice(0, layers.length - (madeBy?.size ?? 0))
      await using below = await openFileTree({ layers: began }, cache.path, job)
      const evaluated = evaluateDockerfile(parseDockerfile(text).document, { target, buildArguments })
      const sized = new Map(facts.verdicts.map((each) => [each.path, each]))
      const verdicts = Array.from(tree.entries(), ({ path, sizeBytes }) => {
        const said = sized.get(path) ?? { path, isKept: false, cause: 'way' as const, detail: '' }
        return { ...said, sizeBytes }
      })
      const passwd = 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n'
      const rewritten = rewriteDockerfile({
        ...{ evaluated, config, tree, base: undefined },
        accounts: { passwd, group: 'root:x:0:\nnode:x:1000:\nextra:x:7:node\n' },
        ledger: { verdicts, packages },
        launch: (await planLaunches(config, tree, job))[0],
        writablePaths: facts.writablePaths,
        newFolders: facts.newFolders,
        rootReason: facts.rootReason,
        stage: madeBy === undefined ? undefined : { below, layers: layersByPlace(evaluated, madeBy) },
      })
      await assertGolden(rewritten.text, new URL('Dockerfile.slim', folder))
      const changes = rewritten.changes.map(
        ({ line, title, reason }) => `${line}: ${title}${reason === '' ? '' : `: ${reason}`}\n`,
      )
      await assertGolden(changes.join(''), new URL('changes', folder))
      checkText(
        text,
        rewritten.text,
        rewritten.changes.map(({ line }) => line),
      )
    })
  }
})

function layersByPlace(
  { target }: EvaluatedDockerfile,
  madeBy: ReadonlyMap<number, number>,
): readonly (number | undefined)[] {
  return (target?.instructions ?? []).map((_, place) => madeBy.get(place))
}

/** What is written can be read, keeps all comments of the user, and has the changes where they are said to be. */
function checkText(before: string, after: string, changedLines: readonly number[]): void {
  const { document, diagnostics } = parseDockerfile(after)
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  )
  const errors = evaluateDockerfile(document).diagnostics.filter(({ severity }) => severity === 'error')
  assert.deepEqual(errors, [])
  const lines = after.split('\n')
  const commentsOf = (text: string): readonly string[] =>
    text.split('\n').filter((line) => line.trimStart().startsWith('#'))
  for (const comment of commentsOf(before)) {
    assert.ok(
      lines.some((line) => line.trim() === comment.trim()),
      `${comment} is lost`,
    )
  }
  for (const line of changedLines) assert.ok((lines[line - 1] ?? '').trim() !== '', `nothing is in line ${line}`)
  if (before.includes('\r\n'))
    assert.ok(lines.every((line, index) => index === lines.length - 1 || line.endsWith('\r')))
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { file, layerOf } from '../../test/support/layers.ts'
import { randomVerdicts, slimItems } from '../../test/support/slim-trees.ts'
import { openFileTree, type FileTree } from '../filetree/file-tree.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import type { CopyPlanInput } from './copy-plan.ts'
import { copiedPaths, planCopies } from './plan-copies.ts'

const chances = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 })
const tools = ['sh', 'mkdir', 'cp', 'rm', 'chmod', 'chown', 'find'].map((name) =>
  file(`bin/${name}`, 'x', { mode: 0o755 }),
)
const owner = { uid: 65_532, gid: 65_532 }

describe('of any tree and any ledger, a plan', () => {
  test('brings everything that is kept, and nothing that is dropped but what it says it tolerates', async () => {
    await fc.assert(
      fc.asyncProperty(
        slimItems,
        chances,
        fc.boolean(),
        fc.boolean(),
        async (items, chances, dropsSetIds, hasTools) => {
          await using cache = await temporaryDirectory()
          const layers = [await layerOf(hasTools ? [...tools, ...items] : items)]
          await using tree = await openFileTree({ layers }, cache.path, createJob())
          const verdicts = randomVerdicts(tree, chances, ['/app', '/srv', '/usr', '/var'])
          checkPlan({ tree, verdicts, dropsSetIds, hasTools })
        },
      ),
      { numRuns: 300 },
    )
  })
})

interface Case {
  readonly tree: FileTree
  readonly verdicts: CopyPlanInput['ledger']['verdicts']
  readonly dropsSetIds: boolean
  readonly hasTools: boolean
}

function checkPlan({ tree, verdicts, dropsSetIds, hasTools }: Case): void {
  const ledger = { verdicts, packages: [] }
  const plan = planCopies({
    tree,
    ledger,
    baseTree: undefined,
    owner,
    writablePaths: [],
    workingDirectory: '/',
    dropsSetIds,
  })
  const copied = copiedPaths(plan, tree)
  const tolerated = new Set(plan.tolerated)
  if (hasTools) assert.deepEqual(plan.lost, [])
  const isLost = (path: string): boolean => plan.lost.some((each) => each === path || each.startsWith(`${path}/`))
  const renamed = new Set(plan.renamed.values())
  for (const { path, isKept, cause } of verdicts) {
    if (path === '/') continue
    const isThere = copied.has(path)
    if (isKept) assert.ok(isThere || isLost(path) || renamed.has(path), `${path} is kept and not copied`)
    else if (isThere) {
      assert.ok(tolerated.has(path), `${path} is dropped and copied`)
      assert.ok(!['setuid', 'source', 'excluded'].includes(cause), `${path} is tolerated, though it is ${cause}`)
    }
  }
}

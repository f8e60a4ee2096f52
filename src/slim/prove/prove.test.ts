import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createJob } from '../../std/job.ts'
import type { Restraint } from '../app-session.ts'
import type { Ledger } from '../ledger.ts'
import { prove, type Attempt, type ProveTools, type RunnableImage } from './prove.ts'
import { restraintText } from '../restraint-text.ts'
import { restraintLadder } from './restraints.ts'

const job = createJob()
const limits = { roundsMax: 4, bisectionRunsMax: 100 }
const dropped = ['/a', '/b', '/c', '/d/e']

/** A slim image of which only is known what it lacks. */
interface Made extends Attempt {
  readonly gone: readonly string[]
}

interface App {
  readonly needs: readonly string[]
  /** What it looks up by name. */
  readonly looksFor?: readonly string[]
  /** What it names when that is not there. */
  readonly says?: readonly string[]
  readonly allows?: (restraint: Restraint) => boolean
}

function ledgerOf(kept: ReadonlyMap<string, string>): Ledger {
  const verdicts = dropped.map((path) => ({
    ...{ path, isKept: kept.has(path), cause: 'unused' as const, detail: '', sizeBytes: 1 },
  }))
  return { verdicts, packages: [] }
}

/** Images are known by what they lack. */
function toolsFor({
  needs,
  looksFor = [],
  says = [],
  allows = () => true,
}: App): ProveTools<Made> & { readonly made: Made[] } {
  const lacks = new Map<RunnableImage, readonly string[]>()
  const imageWithout = (gone: readonly string[]): RunnableImage => {
    const image: RunnableImage = {
      config: { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
      layers: [],
    }
    lacks.set(image, gone)
    return image
  }
  const made: Made[] = []
  return {
    made,
    make: async (repairs) => {
      const gone = dropped.filter((path) => !repairs.has(path))
      const each = { image: imageWithout(gone), ledger: ledgerOf(repairs), gone }
      made.push(each)
      return each
    },
    check: async (image, restraint) => {
      const works = allows(restraint) && !needs.some((path) => lacks.get(image)?.includes(path))
      const difference = { title: 'GET /', what: 'status', before: '200', after: '500' }
      const told = says.filter((path) => lacks.get(image)?.includes(path))
      return { record: undefined, said: told.join('\n'), differences: works ? [] : [difference] }
    },
    findNamed: ({ gone }, said) => said.split('\n').filter((path) => gone.includes(path)),
    findMissing: async ({ gone }) => looksFor.filter((path) => gone.includes(path)),
    beforeWithout: async (_, gone) => imageWithout(gone),
  }
}

const ladder = restraintLadder({ user: '0:0', writesToRoot: false })

describe('proving', () => {
  test('takes the strictest way to run an app that needs nothing more', async () => {
    const outcome = await prove(ladder, toolsFor({ needs: [] }), limits, job)
    assert.deepEqual(outcome.differences, [])
    assert.equal(restraintText(outcome.restraint), 'as 65532:65532, read-only, without capabilities')
    assert.deepEqual(outcome.repairs, [])
  })

  test('gives back what the app looked for and did not find', async () => {
    const outcome = await prove(ladder, toolsFor({ needs: ['/b'], looksFor: ['/b'] }), limits, job)
    assert.deepEqual(outcome.differences, [])
    assert.deepEqual(outcome.made.gone, ['/a', '/c', '/d/e'])
    assert.equal(outcome.repairs[0]?.foundBy, 'failed look-ups')
  })

  test('gives back what the app says to lack, before it looks for that by halves', async () => {
    const outcome = await prove(ladder, toolsFor({ needs: ['/a', '/d/e'], says: ['/a'] }), limits, job)
    assert.deepEqual(outcome.differences, [])
    assert.deepEqual(
      outcome.repairs.map(({ paths, foundBy }) => [foundBy, ...paths]),
      [
        ['log', '/a'],
        ['bisection', '/d/e'],
      ],
    )
  })

  test('finds by halves what no look-up tells of', async () => {
    const outcome = await prove(ladder, toolsFor({ needs: ['/a', '/d/e'] }), limits, job)
    assert.deepEqual(outcome.differences, [])
    assert.deepEqual(outcome.made.gone, ['/b', '/c'])
    assert.equal(outcome.repairs[0]?.foundBy, 'bisection')
  })

  test('allows an app as little more as it needs, and makes the image anew for that', async () => {
    const tools = toolsFor({ needs: [], allows: ({ user }) => user === '0:0' })
    const outcome = await prove(ladder, tools, limits, job)
    assert.equal(restraintText(outcome.restraint), 'as 0:0, read-only, without capabilities')
    assert.equal(tools.made.length, 3)
  })

  test('says that it is unproved where no file helps', async () => {
    const outcome = await prove(ladder, toolsFor({ needs: [], allows: () => false }), limits, job)
    assert.equal(outcome.differences.length, 1)
    assert.match(outcome.reason, /with every file/)
  })

  test('ends after so many rounds, and says so', async () => {
    const tools = toolsFor({ needs: ['/a', '/b'], looksFor: ['/b'] })
    const outcome = await prove(ladder, tools, { ...limits, roundsMax: 1 }, job)
    assert.match(outcome.reason, /after 1 repairs/)
    assert.equal(outcome.differences.length, 1)
  })
})

describe('ways to run an app', () => {
  test('keep the user of an image that has one, and never make it root', () => {
    const users = restraintLadder({ user: '1000:1000', writesToRoot: false }).map(({ user }) => user)
    assert.deepEqual(new Set(users), new Set(['1000:1000']))
  })

  test('are none with a read-only root for an app that writes', () => {
    assert.ok(restraintLadder({ user: '0:0', writesToRoot: true }).every(({ isRootReadOnly }) => !isRootReadOnly))
  })

  test('end with what the before image had', () => {
    const last = restraintLadder({ user: '0:0', writesToRoot: false }).at(-1)
    assert.deepEqual(last, { user: '0:0', isRootReadOnly: false, capabilities: undefined })
  })
})

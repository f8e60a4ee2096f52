import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { nobody, rangesSkipReason, userWithRanges, type UnprivilegedUser } from '../../support/unprivileged-users.ts'
import { createJob } from '../../../src/std/job.ts'
import { openStore } from '../../../src/store/layout-store.ts'
import { readRecordedBuild, type RecordedBuild } from '../../support/build-answers.ts'
import { writeBuildBases } from '../../support/build-base-images.ts'
import { readBuildCases, type BuildCase } from '../../support/build-cases.ts'
import { expectedOfWherry } from '../../support/build-differences.ts'
import { buildBases, type BuildBases } from '../../support/build-suite.ts'
import { BuildFailure, giveFolder, wherryBuilder } from '../../support/build-wherry.ts'
import { busyboxSkipReason } from '../../support/busybox-image.ts'
import { commandSandbox, type CommandSandbox } from '../../support/command.ts'
import { skipUnlessInstalled, skipUnlessRoot } from '../../support/engines.ts'

/** Why nothing is built here: what makes images as root, and what prepares contexts. */
const skip =
  skipUnlessRoot('crun') || skipUnlessInstalled('setcap', 'setfattr', 'xz', 'bzip2', 'git') || busyboxSkipReason

async function buildWithWherry(sandbox: CommandSandbox, bases: BuildBases, each: BuildCase): Promise<RecordedBuild> {
  try {
    await using built = await wherryBuilder(sandbox).build(each)
    return { peer: 'wherry', image: await bases.reduce(each, built) }
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error
    assert.doesNotMatch(error.message, /mistake in wherry/)
    return { peer: 'wherry', image: undefined, error: error.message }
  }
}

function assertSame(each: BuildCase, made: RecordedBuild): void {
  const recorded = readRecordedBuild(each)
  assert.ok(recorded !== undefined, 'nobody recorded what a peer makes of it')
  const expected = expectedOfWherry(each.name, recorded)
  const image: unknown = JSON.parse(JSON.stringify(made.image ?? 'failed'))
  if (made.image === undefined && expected.image !== undefined) assert.fail(made.error)
  assert.deepEqual(image, expected.image ?? 'failed')
}

/** Who builds, and with what. */
interface Builder {
  readonly settings?: Readonly<Record<string, string>>
  readonly user?: UnprivilegedUser | undefined
  /** Why nobody can build so here. */
  readonly skip?: string | false
}

function describeBuilds(title: string, cases: readonly BuildCase[], builder: Builder): void {
  describe(title, { concurrency: 2, skip: skip || (builder.skip ?? false) }, () => {
    const owned = new AsyncDisposableStack()
    let sandbox: CommandSandbox
    let bases: BuildBases
    before(async () => {
      bases = owned.use(await buildBases())
      sandbox = owned.use(await commandSandbox(builder.settings, builder.user))
      {
        await using store = await openStore(sandbox.storePath, createJob())
        await writeBuildBases(store)
      }
      if (builder.user !== undefined) giveFolder(sandbox.path, builder.user)
    })
    after(() => owned.disposeAsync())
    for (const each of cases) {
      test(each.name, async () => assertSame(each, await buildWithWherry(sandbox, bases, each)))
    }
  })
}

const cases = readBuildCases()
const runs = cases.filter(({ name }) => /^(?:run|mount|network|user|workdir)-/.test(name))
const rootless = runs.filter(({ needsRoot }) => needsRoot === undefined)
/** Where somebody without further IDs cannot do the same, or ends with other owners. */
const needsIds = new Set([
  // Users and owners that are not there: told with what helps.
  ...['mount-cache-of-several-owners', 'mount-cache-owner', 'mount-secret', 'run-as-user', 'run-changes-owners'],
  ...['run-changes-the-root-folder', 'run-makes-special-files', 'user-number-that-is-a-name'],
  ...['user-by-name', 'user-by-numbers', 'user-made-in-the-build', 'user-with-groups', 'workdir-made-as-user'],
  // What is made anew or gets another name belongs to root.
  ...['run-deletes', 'run-renames', 'run-renames-over'],
])
const oneId = rootless.filter(({ name }) => !needsIds.has(name))
const withRanges = userWithRanges()

describeBuilds('wherry builds what BuildKit builds', cases, {})
describeBuilds('with util-linux instead of a container runtime, wherry builds what BuildKit builds', runs, {
  settings: { WHERRY_RUNTIME: 'util-linux' },
})
describeBuilds('without root, wherry builds what BuildKit builds', rootless, {
  user: withRanges,
  skip: rangesSkipReason(),
})
describeBuilds('without root and with one ID alone, wherry builds what BuildKit builds', oneId, {
  user: nobody,
  skip: skipUnlessRoot('crun'),
})

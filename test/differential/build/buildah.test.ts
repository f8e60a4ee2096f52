import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createJob } from '../../../src/std/job.ts'
import { openStore } from '../../../src/store/layout-store.ts'
import { writeBuildBases } from '../../support/build-base-images.ts'
import { startBuildah } from '../../support/build-buildah.ts'
import { readBuildCases, type BuildCase } from '../../support/build-cases.ts'
import type { BuildPeer } from '../../support/build-peers.ts'
import type { ReducedImage } from '../../support/build-reduce.ts'
import { buildBases, type BuildBases } from '../../support/build-suite.ts'
import { wherryBuilder } from '../../support/build-wherry.ts'
import { busyboxSkipReason } from '../../support/busybox-image.ts'
import { commandSandbox, type CommandSandbox } from '../../support/command.ts'
import { skipUnlessRoot } from '../../support/engines.ts'

/** Cases that both know, and in which buildah agrees with BuildKit. */
const names = new Set([
  ...['add-archive', 'argument-scope', 'copy-chown', 'copy-from-stage', 'copy-globs', 'copy-hard-links', 'env-forms'],
  ...['from-argument', 'label-forms', 'mount-bind', 'onbuild-of-an-image', 'run-deletes', 'run-renames'],
  ...['user-with-groups'],
])

/** Where buildah mounts files for RUN, it leaves empty ones in an image that lacks them. */
const leftByBuildah = /^\/etc\/(?:hostname|hosts|resolv\.conf) file 0755 0:0 0 /

/** Layers and their history are each builder's own: buildah cuts them in another way. */
function comparable({ platform, config, files, deleted }: ReducedImage): Omit<ReducedImage, 'history' | 'layers'> {
  return { platform, config, files: files.filter((line) => !leftByBuildah.test(line)), deleted }
}

describe(
  'built beside it, wherry builds what buildah builds',
  { concurrency: 2, skip: skipUnlessRoot('buildah', 'crun', 'skopeo') || busyboxSkipReason },
  () => {
    const owned = new AsyncDisposableStack()
    let sandbox: CommandSandbox
    let bases: BuildBases
    let buildah: BuildPeer
    before(async () => {
      bases = owned.use(await buildBases())
      buildah = owned.use(await startBuildah(bases.layout, bases.digests.keys()))
      sandbox = owned.use(await commandSandbox())
      await using store = await openStore(sandbox.storePath, createJob())
      await writeBuildBases(store)
    })
    after(() => owned.disposeAsync())

    const made = async (builder: Pick<BuildPeer, 'build'>, each: BuildCase): Promise<ReturnType<typeof comparable>> => {
      await using built = await builder.build(each)
      return comparable(await bases.reduce(each, built))
    }

    for (const each of readBuildCases().filter(({ name }) => names.has(name))) {
      test(each.name, async () => {
        const [ours, theirs] = await Promise.all([made(wherryBuilder(sandbox), each), made(buildah, each)])
        assert.deepEqual(ours, theirs)
      })
    }
  },
)

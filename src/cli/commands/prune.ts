import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  cachedBlobs,
  pruneBuildCache,
  removeAbandonedBuilds,
  type PrunedBuildCache,
} from '../../build/prune-build-cache.ts'
import type { ContainerHost } from '../../container/container.ts'
import { createContainerHost } from '../../container/create-host.ts'
import type { Digest } from '../../image/digest.ts'
import { pruneLayerCache, type PruneResult } from '../../filetree/prune.ts'
import type { LayoutStore, PruneReport } from '../../store/layout-store.ts'
import { buildFolders } from '../../toolchain/build-folders.ts'
import { defineCommand } from '../command.ts'
import { CliError } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { plural } from '../../std/plural.ts'
import { formatSize } from '../../std/format-size.ts'
import { storedDiffIds } from '../images/diff-ids.ts'
import { openLocalStore } from '../local-store.ts'
import { formatOption } from '../shared-options.ts'
import type { Job } from '../../std/job.ts'

export const definition = defineCommand(
  {
    arguments: {},
    options: {
      'dry-run': { kind: 'flag', short: 'n', summary: 'Only say what would go' },
      layers: {
        kind: 'choice',
        value: 'WHICH',
        choices: ['unused', 'all', 'none'],
        summary: 'Which unpacked layers go too (those of no image unless told)',
      },
      'build-cache': { kind: 'flag', summary: 'Forget what builds have done: the next ones do it anew' },
      ...formatOption,
    },
    notes: [
      'Deletes content that no name leads to, what interrupted transfers left behind, and the cached layers that inspect, ' +
        'build and run have unpacked for images that are gone. It is safe beside other commands: what they need stays.',
      'What builds have done stays, for the next ones, unless --build-cache is given; then their layers, cache mounts and ' +
        'downloads go too.',
      'With --format json: an object with dryRun, blobs (digest, size), artifacts (digests), leftoverFiles, layers (diffId, ' +
        'size), buildCacheBytes and reclaimedBytes.',
    ],
    examples: [
      { line: 'wherry prune --dry-run', summary: 'See what would go' },
      { line: 'wherry prune --layers all', summary: 'Free as much as can be made again' },
    ],
  },
  async (context, _, options) => {
    const { job, output } = context
    const dryRun = options['dry-run']
    await using store = await openLocalStore(context)
    const { cache, scratch } = buildFolders(store)
    await using containers = createContainerHost({ layersDirectory: store.layersPath, scratchDirectory: scratch })
    const keep = options['build-cache'] ? [] : await cachedBlobs(cache)
    const report = await store.prune({ dryRun, keep }, job)
    refuseUnreadable(report)
    if (!dryRun) await Promise.all([containers.removeAbandoned(job), removeAbandonedBuilds(cache)])
    const buildCache = options['build-cache'] ? await pruneBuildCache(cache, { dryRun }, containers, job) : undefined
    const layers =
      options.layers === 'none'
        ? undefined
        : await pruneLayers(store, options.layers === 'all', dryRun, containers, job)
    const format = options.format === 'json' ? reportToJson : reportToText
    await output.write(format({ report, layers, buildCache, dryRun }))
    return 0
  },
)

function refuseUnreadable({ unreadable }: PruneReport): void {
  const [first] = unreadable
  if (first === undefined) return
  const others = unreadable.length > 1 ? `, and ${plural(unreadable.length - 1, 'other')}` : ''
  throw new CliError(
    'answer-is-no',
    `nothing was deleted, since it cannot be known what is needed: ${first.message}${others}`,
    {
      hint: 'Pull or load these images again, or remove them with wherry rm.',
    },
  )
}

async function pruneLayers(
  store: LayoutStore,
  all: boolean,
  dryRun: boolean,
  containers: ContainerHost,
  job: Job,
): Promise<PruneResult> {
  const keep: ReadonlySet<Digest> = all ? new Set() : await storedDiffIds(store, job)
  // Where layers are mounted as they are, nothing was ever unpacked.
  if (!dryRun && existsSync(join(store.layersPath, 'unpacked'))) await containers.removeUnpacked(keep, job)
  return await pruneLayerCache(store.layersPath, { keep, dryRun }, job)
}

/** All that was deleted. */
interface Pruned {
  readonly report: PruneReport
  readonly layers: PruneResult | undefined
  readonly buildCache: PrunedBuildCache | undefined
  readonly dryRun: boolean
}

function reclaimedBytes({ report, layers, buildCache }: Pruned): number {
  return report.reclaimedBytes + (layers?.freedBytes ?? 0) + (buildCache?.freedBytes ?? 0)
}

function reportToJson(pruned: Pruned): string {
  const { report, layers, buildCache, dryRun } = pruned
  return formatJson({
    dryRun,
    blobs: report.blobs.map(({ digest, sizeBytes }) => ({ digest, size: sizeBytes })),
    artifacts: report.artifacts,
    leftoverFiles: report.leftoverFiles,
    layers: (layers?.removed ?? []).map(({ diffId, sizeBytes }) => ({ diffId, size: sizeBytes })),
    buildCacheBytes: buildCache?.freedBytes ?? 0,
    reclaimedBytes: reclaimedBytes(pruned),
  })
}

function reportToText(pruned: Pruned): string {
  const { report, layers, buildCache, dryRun } = pruned
  const verb = dryRun ? 'would delete' : 'deleted'
  const lines = [
    ...report.blobs.map(({ digest, sizeBytes }) => `${verb} ${digest} (${formatSize(sizeBytes)})`),
    ...(layers?.removed ?? []).map(
      ({ diffId, sizeBytes }) => `${verb} cached layer ${diffId} (${formatSize(sizeBytes)})`,
    ),
    ...(report.leftoverFiles > 0
      ? [`${verb} ${plural(report.leftoverFiles, 'leftover')} of interrupted transfers`]
      : []),
    ...(buildCache === undefined ? [] : [`${verb} the build cache (${formatSize(buildCache.freedBytes)})`]),
    ...((buildCache?.usedMounts ?? 0) > 0 ? [`left ${plural(buildCache?.usedMounts ?? 0, 'cache mount')} in use`] : []),
  ]
  const reclaimed = formatSize(reclaimedBytes(pruned))
  return [...lines, `${dryRun ? 'would free' : 'freed'} ${reclaimed}`].map((line) => `${line}\n`).join('')
}

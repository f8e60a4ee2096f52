import type { Digest } from '../../image/digest.ts'
import { pruneLayerCache, type PruneResult } from '../../filetree/prune.ts'
import type { LayoutStore, PruneReport } from '../../store/layout-store.ts'
import { defineCommand } from '../command.ts'
import { CliError } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { plural } from '../format/plural.ts'
import { formatSize } from '../format/size.ts'
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
      ...formatOption,
    },
    notes: [
      'Deletes content that no name leads to, what interrupted transfers left behind, and the cached layers that inspect ' +
        'has unpacked for images that are gone. It is safe beside other commands: what they need stays.',
      'With --format json: an object with dryRun, blobs (digest, size), artifacts (digests), leftoverFiles, layers (diffId, ' +
        'size) and reclaimedBytes.',
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
    const report = await store.prune({ dryRun }, job)
    refuseUnreadable(report)
    const layers =
      options.layers === 'none' ? undefined : await pruneLayers(store, options.layers === 'all', dryRun, job)
    const format = options.format === 'json' ? reportToJson : reportToText
    await output.write(format(report, layers, dryRun))
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

async function pruneLayers(store: LayoutStore, all: boolean, dryRun: boolean, job: Job): Promise<PruneResult> {
  const keep: ReadonlySet<Digest> = all ? new Set() : await storedDiffIds(store, job)
  return await pruneLayerCache(store.layersPath, { keep, dryRun }, job)
}

function reportToJson(report: PruneReport, layers: PruneResult | undefined, dryRun: boolean): string {
  return formatJson({
    dryRun,
    blobs: report.blobs.map(({ digest, sizeBytes }) => ({ digest, size: sizeBytes })),
    artifacts: report.artifacts,
    leftoverFiles: report.leftoverFiles,
    layers: (layers?.removed ?? []).map(({ diffId, sizeBytes }) => ({ diffId, size: sizeBytes })),
    reclaimedBytes: report.reclaimedBytes + (layers?.freedBytes ?? 0),
  })
}

function reportToText(report: PruneReport, layers: PruneResult | undefined, dryRun: boolean): string {
  const verb = dryRun ? 'would delete' : 'deleted'
  const lines = [
    ...report.blobs.map(({ digest, sizeBytes }) => `${verb} ${digest} (${formatSize(sizeBytes)})`),
    ...(layers?.removed ?? []).map(
      ({ diffId, sizeBytes }) => `${verb} cached layer ${diffId} (${formatSize(sizeBytes)})`,
    ),
    ...(report.leftoverFiles > 0
      ? [`${verb} ${plural(report.leftoverFiles, 'leftover')} of interrupted transfers`]
      : []),
  ]
  const reclaimed = formatSize(report.reclaimedBytes + (layers?.freedBytes ?? 0))
  return [...lines, `${dryRun ? 'would free' : 'freed'} ${reclaimed}`].map((line) => `${line}\n`).join('')
}

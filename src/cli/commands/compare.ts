import { budgetOption } from '../budget.ts'
import { defineCommand } from '../command.ts'
import type { OptionValues } from '../command-spec.ts'
import { cardFormats } from '../compare/card-formats.ts'
import type { StartRequest } from '../compare/run-request.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { appOptions } from '../measure/app-options.ts'
import { readMeasureRequest } from '../measure/measure-request.ts'
import { measureOptions } from '../measure/options.ts'
import { registryOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      before: { kind: 'one', name: 'BEFORE', completes: 'reference', summary: 'An image' },
      after: {
        kind: 'optional',
        name: 'AFTER',
        completes: 'reference',
        summary: 'What it is compared with; not with --baseline',
      },
    },
    options: {
      diff: { kind: 'flag', summary: 'Also what is different: files, packages, configuration, layers' },
      present: {
        kind: 'list',
        value: 'IMAGE',
        completes: 'reference',
        summary: 'Also what a node pulls that has this image already',
      },
      start: { kind: 'flag', summary: 'Also run both: the time until the first answer, and memory when idle' },
      ...appOptions,
      ...measureOptions,
      ...budgetOption,
      baseline: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        summary: 'Compare with an earlier card, printed with --format json',
      },
      ledger: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        summary: 'With html: what became of each file and why, as slim --ledger wrote it',
      },
      platform: { kind: 'text', value: 'PLATFORM', summary: "Which image of several, if not this machine's" },
      format: { kind: 'choice', value: 'FORMAT', choices: cardFormats, summary: 'How to print the card' },
      ...registryOptions,
    },
    notes: [
      'An image is a name in the local store, docker://REF at a registry, oci:DIR[:NAME], oci-archive:FILE[:NAME] or ' +
        'docker-archive:FILE[:NAME]; a path that begins with / or . is a layout, an archive or a folder, whichever it is; ' +
        'dir:PATH is a folder.',
      'Unless told otherwise nothing is run: sizes, layers, files, waste (what a layer has and a later one deletes or replaces), setuid files, ' +
        'shells, package managers and the user are counted. Files are read through an index of the layers, which is made at ' +
        'the first look and kept; see wherry prune.',
      'A budget names a row by its ID, or by the part behind its dot: size.compressed (size), size.unpacked, size.waste, ' +
        'size.new, content.layers, content.files, content.folders, content.duplicates, content.packages, safety.setuid, ' +
        'safety.shells, safety.package-managers, safety.user. +10% is relative to BEFORE or the earlier card. ' +
        'Limits of a project are in .wherry.yaml, by the same names: budget: { size: 20MB, user: nonroot }.',
      'With --registry and --start also push.time (push), push.sent, pull.time (pull), pull.unpack, start.first-answer ' +
        '(start) and start.memory; with --present the first four once more, as push.time-present and so on. Both images take ' +
        'turns; values are medians, with half of the spread. What was pushed is deleted again.',
      '--machine confines wherry and what it starts to some processors, an app to some memory, and what goes to the registry ' +
        'to a slower line. large is cpus=4,memory=8g,net=1gbit,latency=2ms, small is cpus=1,memory=1g,net=100mbit,' +
        'latency=20ms. What could not be imitated is said on the card.',
      '--probe, --env, --env-file and --ready-timeout are for --start, and for both images. Values of variables are on no card. ' +
        'A card notes the machine that measured it, and says so where --baseline brings times of another.',
      'With --format json: see docs/card.schema.json. With --format markdown: for pull requests. With --format html: one page ' +
        'with charts that needs no network and has less than 1 MB, however many files there are.',
    ],
    examples: [
      { line: 'wherry compare app:1 app:1-slim', summary: 'Two images of the store' },
      { line: 'wherry compare --diff docker://debian:12 docker://debian:13', summary: 'What has changed' },
      { line: 'wherry compare --format html app:1 app:2 > card.html', summary: 'A page to look at' },
      {
        line: 'wherry compare --registry localhost:5000 --machine small app:1 app:2',
        summary: 'Push and pull both, as a small machine would',
      },
      { line: 'wherry compare --budget size=20MB,user=nonroot app:1 app:2', summary: 'Fail if it is too large' },
      { line: 'wherry compare --baseline card.json --budget size=+5% app:2', summary: 'Compare with an earlier card' },
    ],
  },
  async (context, { before, after }, options) => {
    if (after === undefined && options.baseline === undefined) wrongUsage('compare needs two images, or --baseline')
    if (after !== undefined && options.baseline !== undefined) {
      wrongUsage('--baseline takes the place of BEFORE', 'wherry compare --baseline card.json IMAGE')
    }
    if (options.baseline !== undefined && options.diff) wrongUsage('--diff needs two images, not --baseline')
    checkStart(options)
    const request = readMeasureRequest(options)
    if (request.machine !== undefined && request.registry === undefined && !options.start) {
      wrongUsage('--machine changes only what is timed', 'Give --registry HOST, --start, or both.')
    }
    const { makeCard } = await import('../compare/make-card.ts')
    const { readBaseline, readLedger } = await import('../compare/read-baseline.ts')
    const { printCard } = await import('../compare/print-card.ts')
    const measuring = { ...request, start: await startRequest(options, context) }
    const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline)
    const ledger = options.ledger === undefined ? undefined : await readLedger(options.ledger)
    const format = options.format ?? 'text'
    const page = format === 'html'
    const made = await makeCard(
      { ...options, page, before, after: after ?? before, baseline, measuring },
      options,
      context,
    )
    await printCard({ ...made, fates: ledger }, format, context)
    const { breaks } = made.card
    return breaks === undefined || breaks.length === 0 ? 0 : 1
  },
)

type StartOptions = OptionValues<typeof appOptions> & { readonly start: boolean }

function checkStart({ start, ...options }: StartOptions): void {
  const given = (['probe', 'env', 'env-file', 'ready-timeout'] as const).find(
    (name) => (options[name] ?? '').length > 0,
  )
  if (given !== undefined && !start) wrongUsage(`--${given} goes with --start`)
}

async function startRequest(options: StartOptions, { environment }: CommandContext): Promise<StartRequest | undefined> {
  if (!options.start) return undefined
  const { readStartRequest } = await import('../compare/start-request.ts')
  return await readStartRequest(options, environment)
}

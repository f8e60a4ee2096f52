import type { Descriptor } from '../../image/descriptor.ts'
import { shortDigest } from '../../image/digest.ts'
import { familiarReference, formatReference, type Reference } from '../../image/reference.ts'
import { errorMessage, OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { defineCommand } from '../command.ts'
import { formatJson } from '../format/json.ts'
import { formatSize } from '../../std/format-size.ts'
import { formatTable, type Column } from '../format/table.ts'
import { formatAge } from '../../std/format-time.ts'
import { parseFilters, type ImageRow } from '../images/filters.ts'
import { summarizeImage, type ImageSummary } from '../images/summary.ts'
import { openLocalStore } from '../local-store.ts'
import { tableFormatOption } from '../shared-options.ts'
import { printable } from '../../std/printable.ts'

export const definition = defineCommand(
  {
    arguments: {
      reference: {
        kind: 'optional',
        name: 'REF',
        completes: 'reference',
        summary: 'Only images of this repository, or of this name; * and ? are wildcards',
      },
    },
    options: {
      all: { kind: 'flag', short: 'a', summary: 'Also what hangs on images and has no name: SBOMs, signatures' },
      quiet: { kind: 'flag', short: 'q', summary: 'Print only the IDs' },
      digests: { kind: 'flag', summary: 'Print the full digests' },
      filter: {
        kind: 'list',
        short: 'f',
        value: 'FILTER',
        summary:
          'reference=PATTERN, label=KEY[=VALUE], dangling=true (without a name), before=REF or since=REF; ' +
          'an image must match all of them',
      },
      ...tableFormatOption,
    },
    notes: [
      'An ID is the beginning of the digest of the manifest or index. SIZE is what the image takes in the store, ' +
        'compressed; layers that images share are counted for each of them.',
      'With --format json: a list of objects with reference, digest, mediaType, kind, platforms, created, configDigest ' +
        'and size (in bytes). What is not known is null.',
    ],
    examples: [
      { line: 'wherry images', summary: 'List everything' },
      { line: 'wherry images node', summary: 'List every tag of docker.io/library/node' },
      { line: "wherry images --filter 'reference=*/team/*' --format json", summary: 'List some, for a program' },
      { line: 'wherry rm $(wherry images -q --filter dangling=true)', summary: 'Remove what has no name' },
    ],
  },
  async (context, { reference }, options) => {
    const { job, output } = context
    await using store = await openLocalStore(context)
    const patterns = reference === undefined ? [] : [`reference=${reference}`]
    const accepts = parseFilters([...patterns, ...options.filter])
    const rows = accepts(await readRows(store, job)).filter((row) => options.all || !isAttached(row))
    if (options.quiet) {
      const ids = new Set(rows.map((row) => shortDigest(row.descriptor.digest)))
      await output.write([...ids].map((id) => `${id}\n`).join(''))
    } else if (options.format === 'json') await output.write(formatJson(rows.map(rowToJson)))
    else await output.write(rowsToTable(rows, options.digests, job.clock.now()))
    return 0
  },
)

/** What is no image and is found by the image it belongs to: docker's lists have no such thing. */
function isAttached({ name, summary }: ImageRow): boolean {
  return name === undefined && summary?.kind === 'artifact'
}

async function readRows(store: LayoutStore, job: Job): Promise<readonly ImageRow[]> {
  const rows: ImageRow[] = []
  for (const { name, reference, descriptor } of await store.references()) {
    rows.push({ name, reference, descriptor, ...(await readSummary(store, reference, descriptor, job)) })
  }
  return rows
}

/** A damaged image must not hide the others. */
async function readSummary(
  store: LayoutStore,
  reference: Reference | undefined,
  descriptor: Descriptor,
  job: Job,
): Promise<{ readonly summary: ImageSummary | undefined; readonly sizeBytes: number }> {
  try {
    const summary = await summarizeImage(store, descriptor, job)
    return { summary, sizeBytes: await store.sizeOf(descriptor, job) }
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    const what = reference === undefined ? descriptor.digest : formatReference(reference)
    job.emit({ type: 'notice', level: 'warning', message: `${what}: ${errorMessage(error)}` })
    return { summary: undefined, sizeBytes: 0 }
  }
}

function rowToJson({ reference, name, descriptor, summary, sizeBytes }: ImageRow) {
  return {
    reference: reference === undefined ? (name ?? null) : formatReference(reference),
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    kind: summary?.kind ?? null,
    platforms: summary?.platforms ?? [],
    created: summary?.created ?? null,
    configDigest: summary?.configDigest ?? null,
    size: sizeBytes,
  }
}

function rowsToTable(rows: readonly ImageRow[], digests: boolean, nowMs: number): string {
  const columns: readonly Column[] = [
    { title: 'REFERENCE' },
    { title: digests ? 'DIGEST' : 'ID' },
    { title: 'PLATFORM' },
    { title: 'CREATED' },
    { title: 'SIZE', align: 'right' },
  ]
  return formatTable(
    columns,
    rows.map((row) => [
      row.reference === undefined ? printable(row.name ?? '<none>') : familiarReference(row.reference),
      digests ? row.descriptor.digest : shortDigest(row.descriptor.digest),
      printable(platformCell(row.summary)),
      ageCell(row.summary?.created, nowMs),
      row.summary === undefined ? '?' : formatSize(row.sizeBytes),
    ]),
  )
}

/** Up to three platforms by name, more by their number. */
function platformCell(summary: ImageSummary | undefined): string {
  if (summary === undefined) return 'damaged'
  if (summary.kind === 'artifact') return 'artifact'
  const { platforms } = summary
  return platforms.length > 3 ? `${platforms.length} platforms` : platforms.join(', ') || 'none'
}

function ageCell(created: string | undefined, nowMs: number): string {
  const createdMs = created === undefined ? Number.NaN : Date.parse(created)
  return Number.isNaN(createdMs) ? 'unknown' : formatAge(nowMs - createdMs)
}

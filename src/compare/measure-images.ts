import { DebianError } from '../debian/errors.ts'
import { formatCount } from '../std/format-count.ts'
import { formatSize } from '../std/format-size.ts'
import { printable } from '../std/printable.ts'
import { truncate } from '../std/text-width.ts'
import { countContents, type Contents } from './counting/contents.ts'
import type { MeasurableImage } from './measurable-image.ts'
import type { Measure, MeasuredValue } from './measure.ts'
import { wasteByLayer } from './waste.ts'

/** What is counted of one image: each by the row's id, with what there is to say about it. */
type Counted = ReadonlyMap<string, Count>

interface Count {
  readonly value: number | string | undefined
  readonly note: string
}

/**
 * Counts what two images have: sizes, layers, files, waste, and what makes them unsafe. Nothing is run. Rows are always the same, in the same
 * order; what could not be read is undefined, and the note says why.
 */
export function measureImages(before: MeasurableImage, after: MeasurableImage): readonly Measure[] {
  const counts = { before: countImage(before), after: countImage(after) }
  return countedRows.map((row) => {
    const [one, other] = [counts.before.get(row.id), counts.after.get(row.id)]
    const note = joinNotes(one?.note ?? '', other?.note ?? '')
    return { ...row, before: counted(one?.value), after: counted(other?.value), note }
  })
}

type Row = Omit<Measure, 'before' | 'after' | 'note'>

/** The rows that every card has. */
export const countedRows: readonly Row[] = [
  row('size.compressed', 'image, compressed', 'bytes', 'the sum of the layers as they are pulled'),
  row('size.unpacked', 'image, unpacked', 'bytes', 'the sum of the files of all layers, as a node stores them'),
  row('size.waste', 'waste', 'bytes', 'files of a layer that a later layer deletes or replaces'),
  row('content.layers', 'layers', 'count', 'layers of the manifest'),
  row('content.files', 'files', 'count', 'what a container sees, but for folders'),
  row('content.folders', 'folders', 'count', 'folders that a container sees'),
  row('content.duplicates', 'duplicates', 'bytes', 'files whose content is there more than once, without the first'),
  row('content.packages', 'packages', 'count', 'what dpkg, apk, pip and npm have noted as installed'),
  row('safety.setuid', 'setuid files', 'count', 'files with the setuid or setgid bit'),
  row('safety.shells', 'shells', 'count', 'programs in the folders of PATH, by name'),
  row('safety.package-managers', 'package managers', 'count', 'programs in the folders of PATH, by name'),
  { ...row('safety.user', 'user', 'text', "the image's config"), better: 'neither' },
  { ...row('safety.ports', 'exposed ports', 'text', "the image's config"), better: 'neither' },
]

function row(id: string, name: string, unit: Measure['unit'], method: string): Row {
  return { id, name, unit, better: 'lower', method }
}

function joinNotes(before: string, after: string): string | undefined {
  if (before === after) return before === '' ? undefined : before
  const notes = [...(before === '' ? [] : [`before: ${before}`]), ...(after === '' ? [] : [`after: ${after}`])]
  return notes.join('; ')
}

function counted(value: number | string | undefined): MeasuredValue | undefined {
  return value === undefined ? undefined : { value, runs: 1, spread: undefined }
}

function countImage(measured: MeasurableImage): Counted {
  const { image } = measured
  const contents = countContents(measured)
  const { User: user = '', ExposedPorts: ports = {} } = image.config.config ?? {}
  const { duplicates, setuid, shells, packageManagers } = contents
  const duplicateNote =
    duplicates.files === 0 ? '' : `${formatCount(duplicates.files)} ${duplicates.files === 1 ? 'file' : 'files'}`
  return new Map<string, Count>([
    ['size.compressed', plain(image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0))],
    ['size.unpacked', plain(contents.unpackedBytes)],
    ['size.waste', { value: contents.unpackedBytes - contents.visibleBytes, note: wasteNote(measured, contents) }],
    ['content.layers', plain(image.layers.length)],
    ['content.files', plain(contents.files)],
    ['content.folders', plain(contents.folders)],
    ['content.duplicates', { value: duplicates.sizeBytes, note: duplicateNote }],
    ['content.packages', countPackages(measured)],
    ['safety.setuid', { value: setuid.length, note: someOf(setuid) }],
    ['safety.shells', { value: shells.length, note: someOf(shells) }],
    ['safety.package-managers', { value: packageManagers.length, note: someOf(packageManagers) }],
    ['safety.user', plain(userText(user))],
    ['safety.ports', plain(Object.keys(ports).toSorted().join(', ') || 'none')],
  ])
}

/** Root has many names, which are no difference. */
function userText(user: string): string {
  return /^(?:root|0*)(?::(?:root|0+))?$/.test(user) ? 'root' : user
}

function plain(value: number | string): Count {
  return { value, note: '' }
}

function countPackages({ packages }: MeasurableImage): Count {
  if (!(packages instanceof DebianError)) return plain(packages.length)
  return { value: undefined, note: `the packages cannot be read: ${packages.message}` }
}

const namesMax = 4
const instructionColumns = 60

function someOf(names: readonly string[]): string {
  const rest = names.length - namesMax
  const shown = names.slice(0, namesMax).map(printable).join(', ')
  return rest > 0 ? `${shown} and ${rest} more` : shown
}

/** The lines of the Dockerfile that waste the most. */
function wasteNote({ image, tree }: MeasurableImage, { unpackedBytes, visibleBytes }: Contents): string {
  if (unpackedBytes === visibleBytes) return ''
  const worst = wasteByLayer(tree, image).slice(0, 2)
  return worst
    .map(({ sizeBytes, instruction, layer }) => {
      const line = instruction === '' ? `layer ${layer + 1}` : truncate(printable(instruction), instructionColumns)
      return `${formatSize(sizeBytes)} of ${line}`
    })
    .join(', ')
}

import { buildMetadata } from '../../build/build-metadata.ts'
import { imageIdOf } from '../../build/export-images.ts'
import { familiarReference } from '../../image/reference.ts'
import type { BuildOutcome } from '../../toolchain/build-opened.ts'
import type { CommandContext } from '../context.ts'
import { formatJson } from '../format/json.ts'
import { writeTextFile } from '../write-text-file.ts'
import type { BuildOptions } from './options.ts'

/** Writes the files that tell of a build. With `--quiet`, standard output gets the ID of the image and nothing else, as with docker. */
export async function writeReports(
  { report, attestations }: BuildOutcome,
  options: BuildOptions,
  { job, output, globals }: CommandContext,
): Promise<void> {
  const id = imageIdOf(report)
  const { iidfile, 'metadata-file': metadataFile } = options
  if (iidfile !== undefined && id !== undefined) await writeTextFile(iidfile, id)
  if (metadataFile !== undefined) await writeTextFile(metadataFile, formatJson(buildMetadata(report, attestations)))
  if (report.image === undefined) return
  const { digest } = report.image.descriptor
  const names = report.names.map(familiarReference).join(', ')
  job.emit({ type: 'notice', level: 'info', message: names === '' ? `built ${digest}` : `built ${names}: ${digest}` })
  if (globals.quiet && id !== undefined) await output.write(`${id}\n`)
}

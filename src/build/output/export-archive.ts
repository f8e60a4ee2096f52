import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { writingTask } from '../../std/stream-task.ts'
import type { Reference } from '../../image/reference.ts'
import { archiveImages } from '../../store/save-archive.ts'
import { writeFileFromStream } from '../../store/save-file.ts'
import { saveLayout } from '../../store/save-layout.ts'
import type { AssembledImages } from '../assemble-images.ts'
import type { ArchiveOutput } from '../build-output.ts'
import { BuildError } from '../errors.ts'
import type { ExportEnvironment } from './export-request.ts'
import { platformOfAssembled } from './platform-of.ts'

/** Writes an archive, or the folder of a layout. */
export async function exportArchive(
  output: ArchiveOutput,
  assembled: AssembledImages,
  names: readonly Reference[],
  environment: ExportEnvironment,
  job: Job,
): Promise<void> {
  const { store } = environment
  const images = [{ descriptor: assembled.descriptor, names }]
  const { destination } = output
  if (!output.tar) return await saveLayout(destination, store, images, job)
  const format = output.type === 'oci' ? 'oci-archive' : 'docker-archive'
  const archive = archiveImages(store, images, { format, platform: platformOfAssembled(assembled) }, job)
  await writeStream(`${output.type} archive`, destination, archive, environment, job)
}

/** Writes a stream to a file, whole or not at all, or to standard output, as one task. */
export async function writeStream(
  what: string,
  destination: string,
  stream: ByteStream,
  environment: Pick<ExportEnvironment, 'writeToStandardOutput'>,
  job: Job,
): Promise<void> {
  const title = `writing the ${what} to ${destination === '-' ? 'standard output' : destination}`
  const counted = writingTask(stream, `export ${title}`, title, job)
  if (destination !== '-') return await writeFileFromStream(destination, counted, job)
  const write = environment.writeToStandardOutput
  if (write === undefined) {
    throw new BuildError('bad-build-option', `the ${what} is not written to a terminal`, {
      hint: 'Name a file with dest=FILE, or send it to another program.',
    })
  }
  for await (const chunk of counted) await write(chunk)
}

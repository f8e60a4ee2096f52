import { writeTar } from '../../archive/tar-writer.ts'
import type { Layer } from '../../image/image.ts'
import type { Job } from '../../std/job.ts'
import { copyEntries } from '../copy/copy-entries.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'
import type { KnownSelection } from './selections.ts'
import { writeLayer } from './write-layer.ts'

/** Copies what was selected over files. @returns the layer of it */
export async function executeCopy(
  request: CopyRequest,
  selected: KnownSelection,
  below: StageFiles,
  execution: Execution,
  job: Job,
): Promise<Layer> {
  const { trees, machinery, dateSeconds } = execution
  const selection = await selected.open(job)
  const tree = below.layers.length === 0 ? undefined : await trees.open(below, job)
  const entries = copyEntries(selection, request, tree, { latestSeconds: dateSeconds }, job)
  return await writeLayer(writeTar(entries, job), execution.request.compression, machinery, job)
}

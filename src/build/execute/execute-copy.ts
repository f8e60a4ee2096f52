import { writeTar } from '../../archive/tar-writer.ts'
import type { Layer } from '../../image/image.ts'
import type { Job } from '../../std/job.ts'
import type { BuildRequest } from '../build-request.ts'
import { PackedBlocks } from '../cache/packed-blocks.ts'
import type { StepKey } from '../cache/step-cache.ts'
import { stepKey } from '../cache/step-key.ts'
import { copyEntries } from '../copy/copy-entries.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'
import type { KnownSelection } from './selections.ts'
import { writeLayer, type LayerPlace } from './write-layer.ts'

/** Copies what was selected over files. @returns the layer of it */
export async function executeCopy(
  request: CopyRequest,
  selected: KnownSelection,
  below: StageFiles,
  execution: Execution,
  place: LayerPlace,
  job: Job,
): Promise<Layer> {
  const { trees, machinery, dateSeconds } = execution
  const selection = await selected.open(job)
  const tree = below.layers.length === 0 ? undefined : await trees.open(below, job)
  const entries = copyEntries(selection, request, tree, { latestSeconds: dateSeconds }, job)
  await using packed = await PackedBlocks.open(
    machinery.cacheDirectory,
    packedKey(request, below, place.compression),
    machinery.store,
    job,
  )
  const tar = writeTar(entries, job, { bodies: packed.bodies })
  return await writeLayer(tar, { ...place, packed }, job)
}

/** What copies files of which most may be those of the last time, and how they are compressed. */
function packedKey(
  { kind, sources, destination, workingDirectory }: CopyRequest,
  below: StageFiles,
  { format, level }: BuildRequest['compression'],
): StepKey {
  const { zlib, zstd } = process.versions
  return stepKey({
    ...{ purpose: 'packed', kind, sources, destination, workingDirectory, below: below.chain },
    ...{ format, level, zlib, zstd },
  })
}

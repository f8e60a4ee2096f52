import type { Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import { emptyTree } from '../context/empty-tree.ts'
import { imageTree } from '../context/image-tree.ts'
import { BuildError } from '../errors.ts'
import type { FileOrigin } from '../plan/plan.ts'
import type { SourceTree } from '../source-tree.ts'
import { emptyFiles, filesOfImage } from './base-files.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'

/** Where files come from: a tree that is looked into when it is needed. */
export interface OpenedOrigin {
  /** What tells all of its content; undefined where only looking tells. */
  readonly chain: Digest | undefined
  /** The layers behind it, where there are any. */
  readonly files: StageFiles | undefined
  open(job: Job): Promise<SourceTree>
}

/** The files of other stages, by their index. */
export type StageFilesOf = (index: number) => Promise<StageFiles>

/** Finds where files come from. A Dockerfile alone has an empty build context: here-documents and URLs need none. */
export async function openOrigin(
  origin: FileOrigin,
  stage: number,
  stageFiles: StageFilesOf,
  execution: Execution,
): Promise<OpenedOrigin> {
  const { request } = execution
  switch (origin.kind) {
    case 'context':
      return treeOrigin(request.context ?? emptyTree('the build context, for there is none'))
    case 'named-context': {
      const context = request.namedContexts.get(origin.name)
      if (context?.kind !== 'tree') throw noContext()
      return treeOrigin(context.tree)
    }
    case 'scratch':
      return layersOrigin(emptyFiles, 'scratch', execution)
    case 'stage': {
      const name = request.document.stages[origin.index]?.name ?? String(origin.index)
      return layersOrigin(await stageFiles(origin.index), `stage ${JSON.stringify(name)}`, execution)
    }
    case 'image':
      return layersOrigin(imageFiles(origin.reference, stage, execution), `image ${origin.reference}`, execution)
  }
}

/** The files of an image that was found while the build was resolved. */
export function imageFiles(reference: string, stage: number, { resolved, machinery }: Execution): StageFiles {
  const found = resolved.findImage(reference, resolved.stagePlatforms.get(stage) ?? resolved.platform)
  if (found === undefined) throw new BuildError('bad-build-option', `the image ${reference} was not found`)
  return filesOfImage(found, machinery.store)
}

function treeOrigin(tree: SourceTree): OpenedOrigin {
  return { chain: undefined, files: undefined, open: () => Promise.resolve(tree) }
}

function layersOrigin(files: StageFiles, title: string, { trees }: Execution): OpenedOrigin {
  // Nothing has a root to copy from, too.
  if (files.layers.length === 0) return { ...treeOrigin(emptyTree(title)), chain: files.chain, files }
  return { chain: files.chain, files, open: async (job) => imageTree(await trees.open(files, job), title) }
}

function noContext(): BuildError {
  return new BuildError('bad-build-option', 'there is no build context to copy from', {
    hint: 'Give a folder: wherry build -f Dockerfile FOLDER.',
  })
}

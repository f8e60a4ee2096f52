import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { openArchive } from '../copy/archive-members.ts'
import { LayerDraft } from '../copy/layer-draft.ts'
import { unpackInto } from '../copy/unpack-into.ts'
import { BuildError } from '../errors.ts'
import type { SourceTree } from '../source-tree.ts'
import { draftTree } from './draft-tree.ts'
import type { ContextPattern } from './ignoring-pattern.ts'

/** A tar as a place that files are taken from: what it would be once unpacked, as nothing but one plain tar. */
export interface TarTree extends AsyncDisposable {
  /** What it holds but for what the patterns leave out. It lives as long as this does. */
  tree(patterns: readonly ContextPattern[]): SourceTree
}

/**
 * Reads a tar, plain or compressed, as a context. The owners are those of the archive, as BuildKit has it.
 *
 * @param title for messages: `the build context`
 * @param directory where its plain tar lies meanwhile
 * @throws BuildError `fetch-failed` for what is no tar; ArchiveError
 */
export async function tarTree(stream: ByteStream, title: string, directory: string, job: Job): Promise<TarTree> {
  const archive = await openArchive(stream, directory, job)
  if (archive === undefined) throw new BuildError('fetch-failed', `${title} is no tar`)
  const draft = new LayerDraft(undefined)
  try {
    unpackInto(draft, archive, '/', undefined)
  } catch (error) {
    await archive[Symbol.asyncDispose]()
    throw error
  }
  return {
    tree: (patterns) => draftTree(draft, title, patterns),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  }
}

import { posix } from 'node:path'
import type { TarContent } from '../../archive/tar-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import { ArchiveError } from '../../archive/errors.ts'
import { printable } from '../../std/printable.ts'
import { BuildError } from '../errors.ts'
import { openArchive, type ArchiveFile } from './archive-members.ts'
import { copyInto, makeDirectories } from './copy-into.ts'
import type { CopyRequest } from './copy-request.ts'
import type { CopySelection, SelectedSource } from './copy-selection.ts'
import { draftContents, type LayerDates } from './draft-contents.ts'
import { parseMode } from './file-mode.ts'
import { readOwner } from './file-owner.ts'
import { LayerDraft } from './layer-draft.ts'
import { unpackInto } from './unpack-into.ts'

/**
 * The layer of a COPY or an ADD, as BuildKit makes it: see `copyInto` and `unpackInto`. Links of the tree below are followed inside of
 * it, so the layer never has a directory where there is a link.
 *
 * @param below undefined for `--link` and for a stage that begins with nothing: no link is followed then, and no name found
 * @throws BuildError `bad-destination`, `unknown-user`, `bad-build-option` for a mode, `context-changed`
 */
export async function* copyEntries(
  selection: CopySelection,
  request: Pick<CopyRequest, 'destination' | 'workingDirectory' | 'chown' | 'chmod'>,
  below: FileTree | undefined,
  dates: LayerDates,
  job: Job,
): AsyncGenerator<TarContent> {
  const options = {
    owner: request.chown === undefined ? undefined : await readOwner(request.chown, below),
    mode: request.chmod === undefined ? undefined : parseMode(request.chmod),
  }
  const destination = absoluteDestination(request)
  const draft = new LayerDraft(below)
  await using archives = new AsyncDisposableStack()
  for (const source of selection.sources) {
    const archive = source.unpacks ? await openSource(source, selection.scratchDirectory, job) : undefined
    if (archive === undefined) {
      copyInto(draft, source, destination, options)
      continue
    }
    archives.use(archive)
    const scope = draft.resolve(destination)
    makeDirectories(draft, scope, { owner: options.owner, mode: undefined })
    unpackInto(draft, archive, scope, options.owner)
  }
  yield* draftContents(draft, dates, job)
}

/** Undefined for what is no archive: it is copied as it is. */
async function openSource(
  { tree, top: { entry } }: SelectedSource,
  scratchDirectory: string,
  job: Job,
): Promise<ArchiveFile | undefined> {
  if (entry.kind !== 'file') return undefined
  try {
    return await openArchive(tree.open(entry, job), scratchDirectory, job)
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    throw new BuildError('fetch-failed', `${printable(entry.path)} of ${tree.title}: ${error.message}`, {
      cause: error,
      hint: 'Make the archive anew, or copy it as it is with ADD --unpack=false.',
    })
  }
}

/** A slash or `/.` at the end stays (BuildKit's `pathRelativeToWorkingDir`). */
function absoluteDestination({
  destination,
  workingDirectory,
}: Pick<CopyRequest, 'destination' | 'workingDirectory'>): string {
  const absolute = posix.resolve('/', workingDirectory, destination)
  if (absolute === '/') return absolute
  return destination === '.' || destination.endsWith('/') || destination.endsWith('/.') ? `${absolute}/` : absolute
}

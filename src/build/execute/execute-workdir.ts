import { posix } from 'node:path'
import type { TarContent } from '../../archive/tar-entry.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Layer } from '../../image/image.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { BuildError } from '../errors.ts'
import type { WorkdirStep } from '../plan/plan.ts'
import { readAccounts } from '../../filetree/read-accounts.ts'
import { userOf } from './accounts.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'
import { writeLayer, type LayerPlace } from './write-layer.ts'

/** Makes the folder of a WORKDIR, and those above it, unless they are there. They belong to the user. */
export async function executeWorkdir(
  { path, user }: WorkdirStep,
  files: StageFiles,
  { trees, dateSeconds }: Execution,
  place: LayerPlace,
  job: Job,
): Promise<Layer | undefined> {
  const tree = await trees.open(files, job)
  const missing = missingFolders(tree, path)
  if (missing.length === 0) return undefined
  const owner = userOf(user, await readAccounts(tree))
  const contents = missing.map((folder) => folderEntry(folder, owner, dateSeconds))
  return await writeLayer(writeTar(contents, job), place, job)
}

const linksMax = 40

/** The folders that are not there, where they really lie: links on the way are followed. */
function missingFolders(tree: FileTree, path: string, links = 0): readonly string[] {
  if (links > linksMax) throw blocked(path)
  const missing: string[] = []
  let at = '/'
  const names = path.split('/').filter((name) => name !== '')
  for (const [number, name] of names.entries()) {
    const next = posix.join(at, name)
    const entry = missing.length > 0 ? undefined : tree.get(next)
    if (entry === undefined) missing.push(next)
    else if (entry.kind === 'symbolic-link') {
      const rest = names.slice(number + 1).join('/')
      return missingFolders(tree, posix.resolve(at, entry.linkTarget, rest), links + 1)
    } else if (entry.kind !== 'directory') throw blocked(next)
    at = next
  }
  return missing
}

function blocked(path: string): BuildError {
  return new BuildError('bad-destination', `${path} cannot be a working directory: it is no directory`)
}

function folderEntry(
  path: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
  seconds: number,
): TarContent {
  return {
    entry: {
      ...{ path: `${path.slice(1)}/`, kind: 'directory', mode: 0o755, uid, gid, userName: '', groupName: '' },
      ...{ sizeBytes: 0, modified: { seconds, nanoseconds: 0 }, linkTarget: '', deviceMajor: 0, deviceMinor: 0 },
      ...{ xattrs: new Map(), sparse: undefined },
    },
    body: byteStream(),
  }
}

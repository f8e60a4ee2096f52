import { join } from 'node:path'
import { writeTar } from '../../archive/tar-writer.ts'
import type { TarContent, TarEntry } from '../../archive/tar-entry.ts'
import { openFileTree, type FileTree } from '../../filetree/file-tree.ts'
import { digestHex } from '../../image/digest.ts'
import { formatPlatform } from '../../image/platform.ts'
import { byteStream } from '../../std/bytes.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { statementOf, type AttestationSubject } from '../attest/attestation.ts'
import type { FilesOutput } from '../build-output.ts'
import type { BuiltImage } from '../built-image.ts'
import type { ExportEnvironment, ExportRequest } from './export-request.ts'
import { writeStream } from './export-archive.ts'
import { tarContents } from './flattened-tar.ts'
import { openTargetFolder } from './target-folder.ts'
import { writeTree } from './write-tree.ts'

/** Writes the files of the images as a tar or into a folder. Several platforms have a folder each: `linux_arm64/`. */
export async function exportFiles(
  output: FilesOutput,
  request: ExportRequest,
  environment: ExportEnvironment,
  job: Job,
): Promise<void> {
  const isSplit = output.platformSplit ?? request.images.length > 1
  const folderOf = ({ platform }: BuiltImage): string => (isSplit ? formatPlatform(platform).replaceAll('/', '_') : '')
  const { attestationPrefix, destination } = output
  if (output.type === 'tar') {
    const contents = allContents(request, environment, folderOf, attestationPrefix, job)
    return await writeStream('files', destination, writeTar(contents, job), environment, job)
  }
  await asTask(`writing the files to ${destination}`, job, async () => {
    for (const image of request.images) {
      const path = join(destination, folderOf(image))
      await using tree = await openFileTree(image, environment.layersFolder, job)
      await using folder = await openTargetFolder(path, destination)
      await writeTree(tree, folder, attestationFiles(image, tree, request, attestationPrefix), path, job)
    }
  })
}

async function asTask(title: string, job: Job, work: () => Promise<void>): Promise<void> {
  const id = `export ${title}`
  job.emit({ type: 'task-started', id, title, totalBytes: undefined })
  try {
    await work()
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
  job.emit({ type: 'task-done', id, outcome: 'written' })
}

async function* allContents(
  request: ExportRequest,
  environment: ExportEnvironment,
  folderOf: (image: BuiltImage) => string,
  attestationPrefix: string,
  job: Job,
): AsyncGenerator<TarContent> {
  for (const image of request.images) {
    const folder = folderOf(image)
    const prefix = folder === '' ? '' : `${folder}/`
    await using tree = await openFileTree(image, environment.layersFolder, job)
    if (prefix !== '') yield { entry: madeEntry(prefix, 'directory', 0, image), body: byteStream() }
    yield* tarContents(tree, tree.entries(), prefix, job)
    for (const [name, bytes] of attestationFiles(image, tree, request, attestationPrefix))
      yield { entry: madeEntry(prefix + name, 'file', bytes.length, image), body: byteStream(bytes) }
  }
}

/** Statements about the files, since there is no image that they could be about: as BuildKit's exporters do. */
function attestationFiles(
  image: BuiltImage,
  tree: FileTree,
  request: ExportRequest,
  prefix: string,
): ReadonlyMap<string, Uint8Array> {
  const attestations = (request.attestations.get(image) ?? []).filter(({ inlineOnly }) => !inlineOnly)
  if (attestations.length === 0) return new Map()
  const subjects: AttestationSubject[] = []
  for (const { path, digest } of tree.entries())
    if (digest !== undefined) subjects.push({ name: path.slice(1), digest: { sha256: digestHex(digest) } })
  return new Map(attestations.map((each) => [prefix + each.fileName, statementOf(each, subjects)]))
}

function madeEntry(path: string, kind: 'file' | 'directory', sizeBytes: number, { dateSeconds }: BuiltImage): TarEntry {
  return {
    ...{ path, kind, sizeBytes },
    mode: kind === 'file' ? 0o644 : 0o755,
    ...{ uid: 0, gid: 0, userName: '', groupName: '' },
    modified: { seconds: dateSeconds, nanoseconds: 0 },
    ...{ linkTarget: '', deviceMajor: 0, deviceMinor: 0, xattrs: new Map(), sparse: undefined },
  }
}

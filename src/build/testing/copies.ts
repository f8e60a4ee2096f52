import { readTar } from '../../archive/tar-reader.ts'
import type { TarContent, TarEntry } from '../../archive/tar-entry.ts'
import { copyEntries } from '../copy/copy-entries.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import { selectSources } from '../copy/select-sources.ts'
import type { SourceTree } from '../source-tree.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import { readAll } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { layerOf, type LayerItem } from '../../../test/support/layers.ts'

const job = createJob()

/** A COPY of the build context, unless told otherwise. */
export function copyRequest(parts: Partial<CopyRequest> & Pick<CopyRequest, 'sources' | 'destination'>): CopyRequest {
  return {
    ...{ kind: 'copy', workingDirectory: '/', inlineFiles: [], chown: undefined, chmod: undefined, excludes: [] },
    ...{ parents: false, link: false, checksum: undefined, keepGitDirectory: undefined, unpack: undefined },
    ...parts,
  }
}

/** The date of builds in tests. */
export const latestSeconds = 1_700_000_000

/** What a COPY leaves. */
export interface CopyResult {
  /** The layer's entries in their order, with the text of files. */
  readonly layer: readonly { readonly entry: TarEntry; readonly text: string }[]
  /** Paths of the layer in their order. */
  readonly paths: readonly string[]
  /** What a path of the merged file system is: `file 644 0:0 text`, `link -> target`, `directory 755 0:0`; undefined for nothing. */
  readonly at: (path: string) => Promise<string | undefined>
  readonly entryOf: (path: string) => TarEntry | undefined
}

/** Copies from a tree over layers with these members, and gives what comes of it to `work`. */
export async function withCopy(
  tree: SourceTree,
  request: CopyRequest,
  below: readonly LayerItem[] | undefined,
  work: (result: CopyResult) => Promise<void> | void,
): Promise<void> {
  await using scratch = await temporaryDirectory()
  const lower = below === undefined ? [] : [await layerOf(below)]
  await using belowTree = await openFileTree({ layers: lower }, scratch.path, job)
  await using selection = await selectSources(request, tree, { cacheDirectory: scratch.path }, job)
  const entries = copyEntries(selection, request, below === undefined ? undefined : belowTree, { latestSeconds }, job)
  const layer = await collect(entries)
  const upper = await layerOf(layer.map(({ entry, text }) => ({ entry, content: Buffer.from(text, 'latin1') })))
  await using merged = await openFileTree({ layers: [...lower, upper] }, scratch.path, job)
  await work({
    layer,
    paths: layer.map(({ entry }) => entry.path),
    at: (path) => describeFile(merged, path),
    entryOf: (path) => layer.find(({ entry }) => entry.path === path)?.entry,
  })
}

/** Through a tar and back, so that what comes out is what an archive holds. */
async function collect(entries: AsyncIterable<TarContent>): Promise<CopyResult['layer']> {
  const found: { readonly entry: TarEntry; readonly text: string }[] = []
  for await (const { entry, body } of readTar(writeTar(entries, job), job)) {
    found.push({ entry, text: Buffer.from(await readAll(body, 1 << 24)).toString('latin1') })
  }
  return found
}

async function describeFile(tree: FileTree, path: string): Promise<string | undefined> {
  const entry = tree.get(path)
  if (entry === undefined) return undefined
  const { kind, mode, uid, gid, linkTarget } = entry
  if (kind === 'symbolic-link') return `link -> ${linkTarget}`
  const text = kind === 'file' ? ` ${Buffer.from(await tree.read(entry, 1 << 20)).toString('latin1')}` : ''
  return `${kind} ${mode.toString(8)} ${uid}:${gid}${text}`
}

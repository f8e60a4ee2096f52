import { open } from 'node:fs/promises'
import type { TarContent, TarEntry } from '../../archive/tar-entry.ts'
import { byteStream } from '../../std/bytes.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import type { Job } from '../../std/job.ts'
import type { CacheFolders } from '../cache/cache-files.ts'
import type { PackageEntry } from '../packages/package-contents.ts'
import type { ReadPackage } from '../packages/read-package.ts'
import { readRange } from '../packages/spool.ts'
import type { ImageTree } from '../tree/image-tree.ts'
import type { Selection } from '../tree/place-package.ts'
import { cachedMember, memoryMember, type Member, type MemberEntry } from './member.ts'

/** What a layer is made of. */
export interface LayerParts {
  readonly number: number
  readonly tree: ImageTree
  /** In their order in the layer. */
  readonly packages: readonly { readonly selection: Selection; readonly read: ReadPackage }[]
  /** No time in the layer is later. */
  readonly dateSeconds: number
  readonly folders: CacheFolders
}

/** Packages whose parts are made at once: what they wait for is mostly the workers that compress. */
const packagesAtOnce = 3

/**
 * The parts of a layer, in order: its directories, the files of each package, and the files that were made.
 *
 * @throws BaseError `cache-unusable`; DebianError `bad-package-file`
 */
export async function buildLayer(parts: LayerParts, job: Job): Promise<readonly Member[]> {
  const directories = await memoryMember(directoryContents(parts), false, job)
  const members = new Map<number, Member>()
  await forEachConcurrently(parts.packages.entries(), packagesAtOnce, job, async ([index, each], inner) => {
    const member = await packageMember(each.selection, each.read, parts, inner)
    if (member !== undefined) members.set(index, member)
  })
  const made = await memoryMember(madeContents(parts), true, job)
  const inOrder = parts.packages.flatMap((_, index) => members.get(index) ?? [])
  return [directories, ...inOrder, made]
}

function directoryContents({ tree, number, dateSeconds }: LayerParts): readonly TarContent[] {
  return tree.directoriesOf(number).map(([path, { mode, uid, gid, modifiedSeconds = dateSeconds }]) => ({
    entry: tarEntry({ path: `${path}/`, kind: 'directory', mode, uid, gid, modifiedSeconds }, dateSeconds),
    body: byteStream(),
  }))
}

function madeContents({ tree, number, dateSeconds }: LayerParts): readonly TarContent[] {
  const contents: TarContent[] = []
  for (const [path, placed] of tree.files()) {
    if (placed.from !== 'made' || placed.layer !== number) continue
    const { file } = placed
    const { kind, mode, uid, gid } = file
    const content = file.kind === 'file' ? file.content : Buffer.alloc(0)
    const linkTarget = file.kind === 'symbolic-link' ? file.linkTarget : ''
    const sizeBytes = content.length
    const entry = { path, kind, mode, uid, gid, linkTarget, sizeBytes, modifiedSeconds: dateSeconds }
    contents.push({ entry: tarEntry(entry, dateSeconds), body: byteStream(content) })
  }
  return contents
}

interface EntryFields {
  readonly path: string
  readonly kind: TarEntry['kind']
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly modifiedSeconds: number
  readonly linkTarget?: string
  readonly sizeBytes?: number
}

function tarEntry(fields: EntryFields, dateSeconds: number): TarEntry {
  const { path, kind, mode, uid, gid, modifiedSeconds, linkTarget = '', sizeBytes = 0 } = fields
  return {
    ...{ path, kind, mode, uid, gid, linkTarget, sizeBytes },
    ...{ userName: '', groupName: '', deviceMajor: 0, deviceMinor: 0, sparse: undefined },
    modified: { seconds: Math.min(modifiedSeconds, dateSeconds), nanoseconds: 0 },
    xattrs: noXattrs,
  }
}

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map()

/** An entry of a package's part, and the number of the entry whose content it has. */
interface PlannedEntry extends MemberEntry {
  readonly contentOf: number
}

async function packageMember(
  selection: Selection,
  read: ReadPackage,
  parts: LayerParts,
  job: Job,
): Promise<Member | undefined> {
  const planned = planEntries(selection, parts)
  if (planned.length === 0) return undefined
  async function* write(inner: Job): AsyncGenerator<TarContent> {
    const spool = await read.spool(inner)
    await using handle = await open(spool.path)
    for (const { entry, contentOf } of planned) {
      const start = spool.offsets[contentOf] ?? 0
      yield { entry, body: readRange(handle, start, entry.sizeBytes, inner) }
    }
  }
  return await cachedMember(planned, parts.folders, write, job)
}

/** Links of a file whose own name is left out become one file with its links. */
function planEntries({ contents, paths }: Selection, { dateSeconds }: LayerParts): readonly PlannedEntry[] {
  const files = new Map(
    contents.entries.flatMap((entry, number) => (entry.kind === 'file' ? [[entry.path, number]] : [])),
  )
  const homes = new Map<number, string>()
  return [...paths].flatMap(([number, path]) => {
    const entry = contents.entries[number]
    if (entry === undefined) return []
    if (entry.kind !== 'hard-link') {
      homes.set(number, path)
      return [plan(entry, path, number, dateSeconds)]
    }
    const target = files.get(entry.linkTarget)
    const file = target === undefined ? undefined : contents.entries[target]
    if (target === undefined || file === undefined) return []
    const home = homes.get(target)
    if (home === undefined) {
      homes.set(target, path)
      return [plan(file, path, target, dateSeconds)]
    }
    return [plan({ ...file, kind: 'hard-link', sizeBytes: 0, sha256: '', linkTarget: home }, path, target, dateSeconds)]
  })
}

function plan(entry: PackageEntry, path: string, contentOf: number, dateSeconds: number): PlannedEntry {
  return { entry: tarEntry({ ...entry, path }, dateSeconds), sha256: entry.sha256, contentOf }
}

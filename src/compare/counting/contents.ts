import type { FileEntry } from '../../filetree/file-entry.ts'
import { ContentSet, InodeSet } from '../../filetree/file-identity.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { MeasurableImage } from '../measurable-image.ts'

/** What is counted of the files of an image, in one walk. */
export interface Contents {
  /** Of the files of all layers, hidden ones too: what a node that pulls the image stores. */
  readonly unpackedBytes: number
  /** Of the files that a container sees. */
  readonly visibleBytes: number
  /** Everything but folders. */
  readonly files: number
  readonly folders: number
  /** What is there once more than needed: files whose content another file has too. */
  readonly duplicates: { readonly files: number; readonly sizeBytes: number }
  /** Files with the setuid or setgid bit. */
  readonly setuid: readonly string[]
  readonly shells: readonly string[]
  readonly packageManagers: readonly string[]
}

/** Counts what an image has. */
export function countContents({ tree, entries }: Pick<MeasurableImage, 'tree' | 'entries'>): Contents {
  let [files, folders, visibleBytes] = [0, 0, 0]
  const duplicates = { files: 0, sizeBytes: 0 }
  const inodes = new InodeSet(tree)
  const contents = new ContentSet()
  const setuid: string[] = []
  const programs = new Map<string, Set<string>>([...programKinds.keys()].map((kind) => [kind, new Set()]))
  for (const entry of entries) {
    if (entry.kind === 'directory') {
      folders += 1
      continue
    }
    files += 1
    noteProgram(entry, programs)
    if (entry.kind !== 'file' || !inodes.add(entry)) continue
    visibleBytes += entry.storedBytes
    if ((entry.mode & 0o6000) !== 0) setuid.push(entry.path)
    if (entry.sizeBytes === 0 || contents.add(entry)) continue
    duplicates.files += 1
    duplicates.sizeBytes += entry.sizeBytes
  }
  const found = (kind: string): readonly string[] => [...(programs.get(kind) ?? [])].toSorted()
  return {
    ...{ unpackedBytes: layerBytes(tree), visibleBytes, files, folders, duplicates, setuid },
    shells: found('shell'),
    packageManagers: found('package manager'),
  }
}

function layerBytes(tree: FileTree): number {
  let sum = 0
  for (const { index } of tree.layers) {
    for (let number = 0; number < index.entryCount; number += 1) {
      if (index.kindOf(number) === 'file' && index.inodeOf(number) === number)
        sum += index.entryAt(number, '').storedBytes
    }
  }
  return sum
}

/** Names of programs that attackers look for first. */
const programKinds: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['shell', new Set('sh bash dash ash zsh ksh mksh fish csh tcsh rbash busybox nu pwsh'.split(' '))],
  [
    'package manager',
    new Set(
      'apt apt-get aptitude dpkg apk yum dnf microdnf tdnf rpm zypper pacman opkg npm yarn pnpm pip pip3 uv poetry conda gem bundle composer cargo brew nix'.split(
        ' ',
      ),
    ),
  ],
])

const programFolder = /^(?:\/usr(?:\/local)?|\/opt\/[^/]+|\/busybox)?(?:\/s?bin)?\/([^/]+)$/

/** Programs are told by their names, in the folders that PATH usually has. A link counts: it is what is called. */
function noteProgram({ path, kind, mode }: FileEntry, programs: ReadonlyMap<string, Set<string>>): void {
  if (kind !== 'symbolic-link' && (kind !== 'file' || (mode & 0o111) === 0)) return
  const name = programFolder.exec(path)?.[1]
  if (name === undefined) return
  for (const [title, names] of programKinds) if (names.has(name)) programs.get(title)?.add(name)
}

import type { TarEntry, TarEntryKind } from '../../archive/tar-entry.ts'

/** What a path of the upper directory has become, and where its content is. */
export interface Change {
  readonly entry: TarEntry
  /** Of a file with content: its path. */
  readonly contentPath: Buffer | undefined
}

/** The attributes of an entry that the layer's own markers have. */
const markerAttributes = { mode: 0o644, uid: 0, gid: 0, modified: { seconds: 0, nanoseconds: 0 } } as const

/** An entry with what nobody needs filled in. */
export function changeEntry(
  kind: TarEntryKind,
  path: string,
  attributes: Partial<TarEntry> & Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'modified'>,
): TarEntry {
  return {
    path,
    kind,
    userName: '',
    groupName: '',
    sizeBytes: 0,
    linkTarget: '',
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    sparse: undefined,
    ...attributes,
  }
}

/** A marker of image-spec, layer.md: an empty file whose name is the message. */
export function markerChange(path: string): Change {
  return { entry: changeEntry('file', path, markerAttributes), contentPath: undefined }
}

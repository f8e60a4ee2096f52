import type { FileTree } from '../filetree/file-tree.ts'

/** What an image says of its system: os-release(5). */
export interface SystemName {
  /** `debian`, `alpine` */
  readonly id: string
  /** `13`; empty for one that has no number. */
  readonly version: string
}

const fileBytesMax = 1024 * 1024

/** The system of an image; undefined where it says nothing. @throws FileTreeError `damaged-cache` */
export async function readSystemName(tree: FileTree): Promise<SystemName | undefined> {
  const file = tree.resolve('/etc/os-release') ?? tree.resolve('/usr/lib/os-release')
  if (file?.kind !== 'file' || file.sizeBytes > fileBytesMax) return undefined
  const text = Buffer.from(await tree.read(file, fileBytesMax)).toString('utf8')
  const value = (name: string): string | undefined => new RegExp(`^${name}=(["']?)(.*)\\1[ \\t]*$`, 'm').exec(text)?.[2]
  const id = value('ID')
  return id === undefined || id === '' ? undefined : { id, version: value('VERSION_ID') ?? '' }
}

import { streamStanzas } from '../debian/deb822.ts'
import { encodePackageUrlPart } from '../debian/package-url.ts'
import type { FileEntry } from '../filetree/file-entry.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import type { Job } from '../std/job.ts'
import type { SystemName } from './system-name.ts'

/** Where apk notes what is installed. */
export const alpineDatabaseFile = '/lib/apk/db/installed'

/** A package of Alpine's package manager. */
export interface AlpinePackage {
  readonly name: string
  readonly version: string
  readonly architecture: string | undefined
  /** The source package. */
  readonly origin: string | undefined
  readonly maintainer: string | undefined
  readonly homepage: string | undefined
  readonly summary: string | undefined
}

/**
 * The packages that apk has installed: fields are a letter, a colon and a value, and an empty line ends a package (apk-tools,
 * apk-package(5)).
 *
 * @throws DebianError `bad-control-data` for a package without end
 */
export async function* readAlpinePackages(tree: FileTree, file: FileEntry, job: Job): AsyncGenerator<AlpinePackage> {
  for await (const { text } of streamStanzas(tree.openFile(file, job), `${file.path} of the image`, job)) {
    const field = (letter: string): string | undefined => new RegExp(`^${letter}:(.+)$`, 'm').exec(text)?.[1]
    const [name, version] = [field('P'), field('V')]
    if (name === undefined || version === undefined) continue
    yield {
      ...{ name, version, architecture: field('A'), origin: field('o'), maintainer: field('m') },
      ...{ homepage: field('U'), summary: field('T') },
    }
  }
}

/** The package URL of a package of Alpine (purl-spec, type apk), with its source as `upstream` where that is another. */
export function alpinePackageUrl(
  { name, version, architecture, origin }: AlpinePackage,
  system: SystemName | undefined,
): string {
  const part = encodePackageUrlPart
  const qualifiers = [
    ...(architecture === undefined ? [] : [`arch=${part(architecture)}`]),
    ...(system === undefined || system.version === '' ? [] : [`distro=${part(`${system.id}-${system.version}`)}`]),
    ...(origin === undefined || origin === name ? [] : [`upstream=${part(origin)}`]),
  ]
  const url = `pkg:apk/${part(system?.id ?? 'alpine')}/${part(name)}@${part(version)}`
  return qualifiers.length === 0 ? url : `${url}?${qualifiers.join('&')}`
}

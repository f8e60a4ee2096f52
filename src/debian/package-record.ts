import { parseRelations, type Alternatives, type PackageRelation } from './dependency.ts'
import { fieldValue, readDeb822, type Stanza } from './deb822.ts'
import { DebianError } from './errors.ts'
import { versionProblem } from './version.ts'

/** How a package takes part in Multi-Arch (deb-control(5)). */
export type MultiArch = 'no' | 'same' | 'foreign' | 'allowed'

/** The file that a package comes in, as its index promises it. */
export interface PackageFile {
  /** From the root of the archive, such as `pool/main/b/bash/bash_5.2.deb`. Relative, and without `..`. */
  readonly path: string
  readonly sizeBytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** One version of a binary package: the fields that matter for choosing, fetching and listing it (Debian Policy 5.3). */
export interface PackageRecord {
  readonly name: string
  readonly version: string
  /** `all`, or the one that it was built for. */
  readonly architecture: string
  readonly multiArch: MultiArch
  readonly isEssential: boolean
  /** Such as `required` or `optional`; in lower case, empty where the archive does not say. */
  readonly priority: string
  /** The source package that it was built from, and its version. */
  readonly source: { readonly name: string; readonly version: string }
  /** What the maintainer's build took on a disk; undefined where it is not known. */
  readonly installedSizeBytes: number | undefined
  readonly relations: PackageRelations
  /** Undefined in records that are not from an archive's index. */
  readonly file: PackageFile | undefined
  /** All of it, as it was read. */
  readonly text: string
}

/** The relation fields of a package (Debian Policy 7). */
export interface PackageRelations {
  readonly depends: readonly Alternatives[]
  readonly preDepends: readonly Alternatives[]
  readonly recommends: readonly Alternatives[]
  readonly provides: readonly PackageRelation[]
  readonly conflicts: readonly PackageRelation[]
  readonly breaks: readonly PackageRelation[]
  readonly replaces: readonly PackageRelation[]
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9+.-]*$/
const architecturePattern = /^[a-z0-9][a-z0-9-]*$/

/**
 * Reads the record of a package: a stanza of a Packages file, of dpkg's status, or a binary package's control file.
 *
 * @param what names the text in messages: `bash in the package list of bookworm`.
 * @throws DebianError `bad-control-data`
 */
export function parsePackageRecord(text: string, what: string): PackageRecord {
  const stanzas = readDeb822(text, what)
  const [stanza] = stanzas
  const fail = (problem: string): DebianError => new DebianError('bad-control-data', `${what}: ${problem}`)
  if (stanza === undefined || stanzas.length > 1) throw fail(`there are ${stanzas.length} records, not one`)

  const field = (name: string): string => fieldValue(stanza, name.toLowerCase()) ?? ''
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')]
  if (!namePattern.test(name)) throw fail(`'${name}' is not the name of a package`)
  const problem = versionProblem(version)
  if (problem !== undefined) throw fail(`'${version}' of ${name} is no version: ${problem}`)
  if (!architecturePattern.test(architecture)) throw fail(`'${architecture}' of ${name} is not an architecture`)
  const installedKilobytes = field('Installed-Size')
  return {
    ...{ name, version, architecture },
    multiArch: multiArchOf(field('Multi-Arch')),
    isEssential: field('Essential').toLowerCase() === 'yes',
    priority: field('Priority').toLowerCase(),
    source: sourceOf(field('Source'), name, version),
    installedSizeBytes: /^[0-9]{1,12}$/.test(installedKilobytes) ? Number(installedKilobytes) * 1024 : undefined,
    relations: relationsOf(stanza, fail),
    file: fileOf(field, fail),
    text,
  }
}

/** dpkg refuses other values; an archive with a new one is better read as without it. */
function multiArchOf(value: string): MultiArch {
  return value === 'same' || value === 'foreign' || value === 'allowed' ? value : 'no'
}

/** `Source: name`, or with a version in parentheses where it is another than the package's own (Debian Policy 5.6.1). */
function sourceOf(value: string, name: string, version: string): PackageRecord['source'] {
  const match = /^(\S+)(?:\s+\((\S+)\))?$/.exec(value)
  return { name: match?.[1] ?? name, version: match?.[2] ?? version }
}

function relationsOf(stanza: Stanza, fail: (problem: string) => DebianError): PackageRelations {
  const groups = (name: string): readonly Alternatives[] => {
    const field = stanza.fields.get(name)
    if (field === undefined) return []
    const { groups: found, problems } = parseRelations(field.value)
    if (problems[0] !== undefined) throw fail(`${field.name}: ${problems[0].message}`)
    return found
  }
  const list = (name: string): readonly PackageRelation[] => groups(name).flat()
  return {
    depends: groups('depends'),
    preDepends: groups('pre-depends'),
    recommends: groups('recommends'),
    provides: list('provides'),
    conflicts: list('conflicts'),
    breaks: list('breaks'),
    replaces: list('replaces'),
  }
}

function fileOf(field: (name: string) => string, fail: (problem: string) => DebianError): PackageFile | undefined {
  const path = field('Filename')
  if (path === '') return undefined
  const isSafe = /^[\x21-\x7e]+$/.test(path) && !path.startsWith('/') && !path.split('/').includes('..')
  if (!isSafe) throw fail('Filename is not a path within the archive')
  const [size, sha256] = [field('Size'), field('SHA256').toLowerCase()]
  if (!/^[0-9]{1,15}$/.test(size)) throw fail('Size is not a number')
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw fail('SHA256 is missing or is no such hash')
  return { path: path.replace(/^(?:\.\/)+/, ''), sizeBytes: Number(size), sha256 }
}

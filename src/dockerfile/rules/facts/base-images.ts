import type { FileSource } from '../../evaluated.ts'
import { distributionFacts, isSlim, type Distribution, type DistributionFacts } from './distributions.ts'
import { familiarName, officialName, splitImageName, type ImageName } from './image-name.ts'
import { readImageTag, type ImageTag } from './image-tag.ts'
import { knownImage, type KnownImage } from './known-images.ts'
import { imageOfFamily } from './minimal-images.ts'

/** What is known of an image by its name alone. Undefined is: not known. Rules must not guess. */
export interface BaseFacts {
  /** Undefined for scratch, and for a stage. */
  readonly name: ImageName | undefined
  /** The name without its registry where mirrors have it too: `node`, `gcr.io/distroless/static`. */
  readonly officialName: string | undefined
  /** What the words of the tag say. Undefined for scratch, and for a stage. */
  readonly tag: ImageTag | undefined
  readonly isScratch: boolean
  readonly isWindows: boolean
  /** What the image is made of. */
  readonly distribution: Distribution | undefined
  /** The C library that its programs are linked with. `none` where it has none. */
  readonly libc: 'glibc' | 'musl' | 'none' | undefined
  /** Whether it has /bin/sh. */
  readonly hasShell: boolean | undefined
  readonly packageManager: PackageManagerName | undefined
  /** Whether it has the certificates of the usual authorities, where programs look for them. */
  readonly hasCertificates: boolean | undefined
  /** Whether it has /usr/share/zoneinfo. */
  readonly hasTimeZones: boolean | undefined
  /** Whether it has a program on its PATH. Undefined where that is not known. */
  readonly hasProgram: (program: string) => boolean | undefined
  /** All names in its /etc/passwd besides root; there may be fewer. Undefined where there may be others. */
  readonly users: ReadonlySet<string> | undefined
  /** The user that it has to run its program without root's rights: `node`, `nginx`, `nonroot`. */
  readonly serviceUser: string | undefined
  /** Who runs its commands. Empty is root. */
  readonly user: string | undefined
  readonly workingDirectory: string | undefined
  /** What CMD is handed to. Undefined where the image has no ENTRYPOINT, one that runs what it gets, or one that is not known. */
  readonly entrypoint: readonly string[] | undefined
}

/** The package managers of distributions. `none` where an image has none. */
export type PackageManagerName = 'apt' | 'apk' | 'dnf' | 'zypper' | 'pacman' | 'none'

const unknown: BaseFacts = {
  name: undefined,
  officialName: undefined,
  tag: undefined,
  isScratch: false,
  isWindows: false,
  distribution: undefined,
  libc: undefined,
  hasShell: undefined,
  packageManager: undefined,
  hasCertificates: undefined,
  hasTimeZones: undefined,
  hasProgram: () => undefined,
  users: undefined,
  serviceUser: undefined,
  user: undefined,
  workingDirectory: undefined,
  entrypoint: undefined,
}

/** Nothing at all. */
const scratch: BaseFacts = {
  ...unknown,
  isScratch: true,
  libc: 'none',
  hasShell: false,
  packageManager: 'none',
  hasCertificates: false,
  hasTimeZones: false,
  hasProgram: () => false,
  users: new Set(),
  user: '',
  workingDirectory: '/',
}

/** What is known of what a stage begins with. */
export function describeBase(base: FileSource): BaseFacts {
  if (base.kind === 'scratch') return scratch
  if (base.kind === 'stage') return unknown
  const name = splitImageName(base.reference)
  const official = officialName(name)
  const tag = readImageTag(name.tag)
  const common = { ...unknown, name, officialName: official, tag }
  const familiar = familiarName(name)
  if (tag.isWindows || /^mcr\.microsoft\.com\/(?:windows|dotnet\/framework)/.test(familiar)) {
    const user = /nanoserver/.test(base.reference) ? 'ContainerUser' : 'ContainerAdministrator'
    return { ...common, isWindows: true, user }
  }
  return { ...common, ...describeImage(official, tag) }
}

function describeImage(official: string, tag: ImageTag): Partial<BaseFacts> {
  const found = knownImage(official, tag) ?? imageOfFamily(official, tag)
  if (found === undefined) return describeByTag(tag)
  const distribution = tag.distribution ?? found.distribution
  const isComplete = found.isComplete && (distribution === undefined || isSlim(distribution))
  const known = { ...found, isComplete }
  const { isComplete: _, has: _has, lacks: _lacks, mayHave: _mayHave, users = [], ...facts } = known
  // What has no package manager was not made by adding to a distribution's image.
  const under =
    distribution === undefined || known.packageManager === 'none' ? undefined : distributionFacts(distribution.name)
  return {
    ...(under === undefined ? {} : factsUnderneath(under, isComplete)),
    ...facts,
    distribution,
    hasProgram: programsOf(known, under),
    users: isComplete ? namesOfUsers(known, under, users) : undefined,
  }
}

function programsOf(known: KnownImage, under: DistributionFacts | undefined): BaseFacts['hasProgram'] {
  const { isComplete, hasShell, has = [], lacks = [], mayHave = [] } = known
  return (program) => {
    if (has.includes(program)) return true
    if (lacks.includes(program)) return false
    if (mayHave.includes(program)) return undefined
    if (under?.has.has(program) === true) return true
    if (isComplete && (hasShell === false || under?.lacks.has(program) === true)) return false
    return program === 'sh' ? hasShell : undefined
  }
}

/** Of an image that nobody described, the tag may tell what it is made of. */
function describeByTag({ distribution, words }: ImageTag): Partial<BaseFacts> {
  if (distribution === undefined || ['chiseled', 'distroless', 'scratch', 'micro'].some((word) => words.has(word)))
    return {}
  const { libc, packageManager } = distributionFacts(distribution.name)
  return { distribution, libc, hasShell: true, packageManager }
}

function factsUnderneath(under: DistributionFacts, isComplete: boolean): Partial<BaseFacts> {
  const { libc, packageManager, hasCertificates, hasTimeZones } = under
  const orUnknown = (fact: boolean | undefined): boolean | undefined => (isComplete || fact === true ? fact : undefined)
  return {
    libc,
    packageManager,
    hasShell: true,
    hasCertificates: orUnknown(hasCertificates),
    hasTimeZones: orUnknown(hasTimeZones),
  }
}

function namesOfUsers(
  { packageManager }: KnownImage,
  under: DistributionFacts | undefined,
  added: readonly string[],
): ReadonlySet<string> | undefined {
  if (under === undefined) return packageManager === 'none' ? new Set(added) : undefined
  return under.users === undefined ? undefined : new Set([...under.users, ...added])
}

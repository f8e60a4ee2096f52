import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { familiarReference, formatReference, parseReference, type Reference } from '../../image/reference.ts'
import { nearest } from '../../std/nearest.ts'

/** An entry of a layout's `index.json`. */
export interface StoredImage {
  /** The name as it stands there, which other tools may have written in a form of theirs. Undefined for what has none. */
  readonly name: string | undefined
  /** The same as a reference, where it is one. */
  readonly reference: Reference | undefined
  readonly descriptor: Descriptor
}

export function storedImage(entry: Descriptor): StoredImage {
  return { name: nameOf(entry), reference: referenceOf(entry), descriptor: withoutName(entry) }
}

/** How entries of an `index.json` carry their names: image-spec's annotations.md, and containerd's own. */
const nameAnnotations = {
  reference: 'org.opencontainers.image.ref.name',
  containerd: 'io.containerd.image.name',
} as const

/** The name as it stands in the entry: a full reference if we wrote it, and often only a tag if others did. */
export function nameOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[nameAnnotations.reference] ?? entry.annotations?.[nameAnnotations.containerd]
}

/**
 * The image name that an entry stands for. Some tools write only the tag, and the whole name into containerd's annotation;
 * others copy an entry under a new name and leave that annotation as it was: it counts only where both agree.
 */
export function referenceOf(entry: Descriptor): Reference | undefined {
  const name = entry.annotations?.[nameAnnotations.reference]
  const containerdName = parseName(entry.annotations?.[nameAnnotations.containerd])
  if (name === undefined || containerdName?.tag === name) return containerdName
  return parseName(name)
}

function parseName(text: string | undefined): Reference | undefined {
  if (text === undefined) return undefined
  try {
    return parseReference(text)
  } catch (error) {
    if (error instanceof ImageError) return undefined
    throw error
  }
}

/**
 * What a reference is filed under. With a digest, the digest decides and the tag says nothing (as with every other tool),
 * so it is left out.
 */
export function entryName(reference: Reference): string {
  return formatReference(reference.digest === undefined ? reference : { ...reference, tag: undefined })
}

/** The entry for `index.json` that gives a descriptor this name. A plain name, no image's, is written as it is. */
export function namedEntry(name: Reference | string, descriptor: Descriptor): Descriptor {
  const { reference, containerd } = nameAnnotations
  const names =
    typeof name === 'string' ? { [reference]: name } : { [reference]: entryName(name), [containerd]: entryName(name) }
  const { mediaType, digest, size, platform, artifactType } = descriptor
  return {
    mediaType,
    digest,
    size,
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
    annotations: { ...descriptor.annotations, ...names },
  }
}

/** The entry as others know it: its name is not part of what it names. */
export function withoutName(entry: Descriptor): Descriptor {
  const { annotations: all, ...rest } = entry
  if (all === undefined) return entry
  const names: readonly string[] = Object.values(nameAnnotations)
  const annotations = Object.fromEntries(Object.entries(all).filter(([key]) => !names.includes(key)))
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations }
}

/** Whether an entry has this name. */
export function isNamed(entry: Descriptor, reference: Reference): boolean {
  const name = referenceOf(entry)
  return name !== undefined && entryName(name) === entryName(reference)
}

/** The entry that a reference with a tag, and without a digest, names. */
export function findNamed(entries: readonly Descriptor[], reference: Reference): Descriptor | undefined {
  const name = entryName(reference)
  return entries.find((entry) => nameOf(entry) === name) ?? entries.find((entry) => isNamed(entry, reference))
}

/** The error for a name that is not there, with the one that was perhaps meant. */
export function noSuchName(reference: Reference, entries: readonly Descriptor[], where: string): ImageError {
  const names = entries.flatMap((entry) => {
    const name = referenceOf(entry)
    return name === undefined ? [] : [familiarReference(name)]
  })
  const asked = familiarReference(reference)
  // The same name elsewhere is as likely as one with a typing error.
  const near = nearest(asked, names) ?? names.find((name) => lastPart(name) === lastPart(asked))
  return new ImageError('not-found', `${asked} is not in ${where}`, {
    hint: near === undefined ? undefined : `Did you mean ${near}?`,
  })
}

/** `app:1` of `registry.example.com/team/app:1`. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

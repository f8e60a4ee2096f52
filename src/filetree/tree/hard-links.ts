import type { Merged, Part } from './merge.ts'

/** Of each hard link to a lower layer, by {@link partKey}, the file that is meant. */
export type HardLinks = ReadonlyMap<number, Merged>

/** Tells the entries of all layers from each other. */
export function partKey({ layer, number }: Pick<Part, 'layer' | 'number'>): number {
  return layer * 2 ** 32 + number
}

/** The file that a hard link to a lower layer means; everything else as it is. */
export function followHardLink(hardLinks: HardLinks, merged: Merged): Merged {
  const { index, number } = merged.attributes
  if (index.kindOf(number) !== 'hard-link') return merged
  return hardLinks.get(partKey(merged.attributes)) ?? merged
}

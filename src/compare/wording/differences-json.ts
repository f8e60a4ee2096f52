import type { ImageDifferences } from '../diff-images.ts'

/** Differences for programs: whole, not shortened. What is not known is null. */
export function differencesJson({ files, packages, configuration, shared }: ImageDifferences): object {
  const { added, removed, changed, moved } = files
  return {
    files: { added, removed, changed, moved },
    packages:
      packages?.map(({ type, name, before = null, after = null, purls }) => ({ type, name, before, after, purls })) ??
      null,
    configuration: configuration.map(({ setting, before = null, after = null }) => ({ setting, before, after })),
    shared,
  }
}

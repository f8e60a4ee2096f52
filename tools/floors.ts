/**
 * The floors of the house: the one place that says which folder of `src/` stands where. A folder imports only from
 * strictly lower floors, so two folders of one floor know nothing of each other.
 */
export const floors: readonly (readonly string[])[] = [
  ['std'],
  ['archive', 'dockerfile', 'http'],
  ['image'],
  ['store', 'registry-client', 'filetree', 'debian'],
  ['snapshot', 'sandbox', 'scan', 'registry-server'],
  ['container'],
  ['base', 'build'],
  ['slim', 'compare'],
  ['toolchain'],
  ['cli'],
]

/** What programs may import: it stands on top of everything, and is the only file that may pass on what others export. */
export const libraryFile = 'src/index.ts'

/** Packages that only some of the source may import, as path prefixes. The reasons are in docs/decisions. */
export const packageHomes: ReadonlyMap<string, readonly string[]> = new Map([
  ['@cyclonedx/cyclonedx-library', ['src/base/sbom/']],
  ['koffi', ['src/std/syscalls']],
  ['openpgp', ['src/debian/signature/', 'src/debian/keyring']],
  ['xz-decompress', ['src/archive/compression/xz-worker']],
  ['commander', ['src/cli/']],
  ['d3-hierarchy', ['src/compare/html/']],
  ['unbash', ['src/dockerfile/script/']],
])

/** The floor of a folder of `src/`, or undefined where the table does not have it. */
export function floorOf(folder: string): number | undefined {
  const floor = floors.findIndex((folders) => folders.includes(folder))
  return floor === -1 ? undefined : floor
}

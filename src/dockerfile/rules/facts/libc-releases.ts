import type { Distribution } from './distributions.ts'

/** The release of glibc that a distribution's release has, as the second number of `2.36`. From their package lists. */
const releases: ReadonlyMap<string, number> = new Map([
  ...Object.entries({ jessie: 19, stretch: 24, buster: 28, bullseye: 31, bookworm: 36, trixie: 41 }).map(
    ([release, number]): [string, number] => [`debian ${release}`, number],
  ),
  ...Object.entries({
    '14.04': 19,
    '16.04': 23,
    '18.04': 27,
    '20.04': 31,
    '22.04': 35,
    '24.04': 39,
    '25.04': 41,
    '25.10': 42,
  }).map(([release, number]): [string, number] => [`ubuntu ${release}`, number]),
  ...Object.entries({ '7': 17, '8': 28, '9': 34, '10': 39 }).map(([release, number]): [string, number] => [
    `rhel ${release}`,
    number,
  ]),
  ['amazonlinux 2', 26],
  ['amazonlinux 2023', 34],
])

/**
 * Since 2.34 every program that is linked asks for symbols of 2.34 at least: `__libc_start_main` and what had been libpthread's. So
 * none runs on an older one, while between others it depends on what the program uses.
 */
const watershed = 34

/** Whether programs that are built on a distribution cannot start on another one, as its glibc is too old. */
export function isTooOldFor(base: Distribution | undefined, built: Distribution | undefined): boolean {
  const has = glibcOf(base)
  const asks = glibcOf(built)
  return has !== undefined && asks !== undefined && asks >= watershed && has < watershed
}

/** `2.36` */
export function glibcName(distribution: Distribution | undefined): string {
  return `2.${(glibcOf(distribution) ?? 0).toString()}`
}

function glibcOf(distribution: Distribution | undefined): number | undefined {
  if (distribution?.release === undefined) return undefined
  const { name, release } = distribution
  return releases.get(`${name} ${name === 'rhel' ? (release.split('.')[0] ?? '') : release}`)
}

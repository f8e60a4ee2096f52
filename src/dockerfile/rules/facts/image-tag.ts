import type { Distribution } from './distributions.ts'

/** What the words of a tag say: `22-bookworm-slim`. */
export interface ImageTag {
  readonly words: ReadonlySet<string>
  /** What it says the image is made of. */
  readonly distribution: Distribution | undefined
  /** Whether it is one for Windows. */
  readonly isWindows: boolean
  /** The first word, if it begins with a digit: `22`, `3.12.1`. */
  readonly version: string | undefined
}

const releases: ReadonlyMap<string, Distribution> = new Map([
  ...['forky', 'trixie', 'bookworm', 'bullseye', 'buster', 'stretch', 'jessie', 'wheezy', 'sid'].map(
    (release): [string, Distribution] => [release, { name: 'debian', release }],
  ),
  ...(
    [
      ['resolute', '26.04'],
      ['questing', '25.10'],
      ['plucky', '25.04'],
      ['oracular', '24.10'],
      ['noble', '24.04'],
      ['mantic', '23.10'],
      ['lunar', '23.04'],
      ['kinetic', '22.10'],
      ['jammy', '22.04'],
      ['focal', '20.04'],
      ['bionic', '18.04'],
      ['xenial', '16.04'],
      ['trusty', '14.04'],
    ] as const
  ).map(([codename, release]): [string, Distribution] => [codename, { name: 'ubuntu', release }]),
  ['oracle', { name: 'rhel', release: undefined }],
])

const numbered: readonly (readonly [RegExp, Distribution['name']])[] = [
  [/^alpine(\d+\.\d+(?:\.\d+)?)?$/, 'alpine'],
  [/^debian(\d+)?$/, 'debian'],
  [/^ubuntu(\d+\.\d+)?$/, 'ubuntu'],
  [/^(?:ubi|centos|rockylinux|almalinux|oraclelinux|oracle|ol|el)(\d+)$/, 'rhel'],
  [/^(?:al|amazonlinux|amzn)(\d+)$/, 'amazonlinux'],
  [/^(?:azurelinux|mariner)(\d+\.\d+)$/, 'azurelinux'],
  [/^(?:leap|opensuse)([\d.]+)?$/, 'opensuse'],
  [/^fedora(\d+)?$/, 'fedora'],
]

const debianNumbers: ReadonlyMap<string, string> = new Map([
  ['14', 'forky'],
  ['13', 'trixie'],
  ['12', 'bookworm'],
  ['11', 'bullseye'],
  ['10', 'buster'],
  ['9', 'stretch'],
  ['8', 'jessie'],
])

/** The codename of a Debian release: of `12`, `12.5` or `bookworm` it is `bookworm`. */
export function debianRelease(text: string): string | undefined {
  return debianNumbers.get(text.split('.')[0] ?? '') ?? (releases.get(text)?.name === 'debian' ? text : undefined)
}

/** The number of an Ubuntu release: of `22.04` or `jammy` it is `22.04`. */
export function ubuntuRelease(text: string): string | undefined {
  const found = releases.get(text)
  return /^\d\d\.\d\d$/.test(text) ? text : found?.name === 'ubuntu' ? found.release : undefined
}

/** Takes a tag apart. */
export function readImageTag(tag: string | undefined): ImageTag {
  const words = (tag ?? '').toLowerCase().split(/[-_]/)
  const [first = ''] = words
  return {
    words: new Set(words),
    distribution: words.map((word) => distributionOf(word)).find((found) => found !== undefined),
    isWindows: words.some((word) => /^(?:nanoserver|windowsservercore|servercore|windows)/.test(word)),
    version: /^\d/.test(first) ? first : undefined,
  }
}

function distributionOf(word: string): Distribution | undefined {
  const known = releases.get(word)
  if (known !== undefined) return known
  for (const [pattern, name] of numbered) {
    const found = pattern.exec(word)
    if (found !== null) return { name, release: name === 'debian' ? debianNumbers.get(found[1] ?? '') : found[1] }
  }
  return undefined
}

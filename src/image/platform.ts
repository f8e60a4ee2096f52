import type { Descriptor, Platform } from './descriptor.ts'
import { ImageError } from './errors.ts'
import type { ImageIndex } from './manifest.ts'
import { isManifestMediaType } from './media-type.ts'

/** Other programs' names for architectures, and Go's, with the variant that the name implies. */
const architectureNames: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  x64: ['amd64'],
  i386: ['386'],
  i686: ['386'],
  ia32: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
}

/** The variant that a platform without one has. */
const defaultVariants: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8', arm: 'v7' }

/**
 * The short form that compares equal for equal platforms: Go's names in lower case; the usual variants of amd64 (`v1`)
 * and arm64 (`v8`) left out, that of arm (`v7`) put in. The rules are containerd's (`platforms.Normalize`).
 */
function normalizePlatform(platform: Platform): Platform {
  const name = platform.architecture.toLowerCase()
  const [architecture, impliedVariant] = architectureNames[name] ?? [name]
  const given = platform.variant === undefined || platform.variant === '' ? impliedVariant : platform.variant
  const variant = normalizeVariant(architecture, given?.toLowerCase())
  return {
    ...platform,
    os: platform.os.toLowerCase() === 'macos' ? 'darwin' : platform.os.toLowerCase(),
    architecture,
    variant,
  }
}

function normalizeVariant(architecture: string, variant: string | undefined): string | undefined {
  const named = variant !== undefined && /^[0-9]/.test(variant) ? `v${variant}` : variant
  if (architecture === 'arm') return named ?? defaultVariants['arm']
  return named === defaultVariants[architecture] ? undefined : named
}

/**
 * Reads `os/architecture[/variant]`, or an architecture alone for Linux.
 *
 * @throws ImageError `bad-name`
 */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/')
  const [first, second, third] = parts
  if (parts.length > 3 || first === undefined || parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part))) {
    throw new ImageError('bad-name', `not a platform: ${JSON.stringify(text)}`, {
      hint: 'Write it as linux/amd64 or linux/arm/v7.',
    })
  }
  if (second === undefined) {
    const os = ['linux', 'windows', 'darwin', 'macos', 'freebsd'].includes(first.toLowerCase())
    if (!os) return normalizePlatform({ os: 'linux', architecture: first })
    return normalizePlatform({ os: first, architecture: hostPlatform().architecture })
  }
  return normalizePlatform({ os: first, architecture: second, ...(third === undefined ? {} : { variant: third }) })
}

/** `linux/arm/v7` */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalizePlatform(platform)
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/')
}

/** What this machine runs. */
export function hostPlatform(): Platform {
  const names: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }
  return normalizePlatform({ os: process.platform, architecture: names[process.arch] ?? process.arch })
}

/**
 * Every platform whose programs run on this one, the best first: older variants, and the 32-bit forms of amd64 and
 * arm64. The order is containerd's (`platforms.Only`).
 */
export function runnablePlatforms(platform: Platform): readonly Platform[] {
  const wanted = normalizePlatform(platform)
  const { os, architecture } = wanted
  const variant = wanted.variant ?? defaultVariants[architecture]
  const level = variant === undefined ? undefined : /^v([0-9]+)$/.exec(variant)?.[1]
  const variantsDownTo = (name: string, from: number, lowest: number): readonly Platform[] =>
    Array.from({ length: Math.max(0, from - lowest + 1) }, (_, index) =>
      normalizePlatform({ os, architecture: name, variant: `v${from - index}` }),
    )
  const newest = level === undefined ? undefined : Number(level)
  switch (architecture) {
    case 'amd64':
      return [...variantsDownTo('amd64', newest ?? 1, 1), { os, architecture: '386', variant: undefined }]
    case 'arm64':
      return [
        wanted,
        ...(newest === 8 ? [] : [normalizePlatform({ os, architecture })]),
        ...variantsDownTo('arm', 8, 5),
      ]
    case 'arm':
      return newest === undefined ? [wanted] : variantsDownTo('arm', newest, 5)
    default:
      return [wanted]
  }
}

/** Whether two platforms are the same, however they are written. Versions of the system count only where both have one. */
export function samePlatform(one: Platform, other: Platform): boolean {
  const [a, b] = [normalizePlatform(one), normalizePlatform(other)]
  const versionsDiffer =
    a['os.version'] !== undefined && b['os.version'] !== undefined && a['os.version'] !== b['os.version']
  return a.os === b.os && a.architecture === b.architecture && a.variant === b.variant && !versionsDiffer
}

/**
 * The entry of an index that fits a platform best; the first of equals.
 *
 * Attestations that BuildKit puts beside the images are never chosen. An index whose only manifest names no platform
 * means that one.
 *
 * @throws ImageError `no-platform`, listing what there is.
 */
export function selectPlatform(index: ImageIndex, platform: Platform): Descriptor {
  const images = index.manifests.filter((entry) => isManifestMediaType(entry.mediaType) && !isAttestation(entry))
  for (const candidate of runnablePlatforms(platform)) {
    const found = images.find((entry) => entry.platform !== undefined && samePlatform(entry.platform, candidate))
    if (found !== undefined) return found
  }
  const [only] = images
  if (only !== undefined && images.length === 1 && only.platform === undefined) return only
  const offered = images.flatMap((entry) => (entry.platform === undefined ? [] : [formatPlatform(entry.platform)]))
  throw new ImageError('no-platform', `no image for ${formatPlatform(platform)} in the index`, {
    hint: offered.length === 0 ? 'The index names no platforms.' : `It offers ${offered.join(', ')}.`,
  })
}

/** Whether an index entry is an attestation about another entry (BuildKit's `attestation-manifest`), not an image. */
export function isAttestation(entry: Descriptor): boolean {
  return entry.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest'
}

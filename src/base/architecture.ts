import type { Platform } from '../image/descriptor.ts'
import { hostPlatform, samePlatform } from '../image/platform.ts'
import { BaseError } from './errors.ts'

/** Debian's architectures for Linux that images are made for, with their names in images. */
const platforms: ReadonlyMap<string, Platform> = new Map([
  ['amd64', { os: 'linux', architecture: 'amd64' }],
  ['arm64', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
  ['armhf', { os: 'linux', architecture: 'arm', variant: 'v7' }],
  ['armel', { os: 'linux', architecture: 'arm', variant: 'v5' }],
  ['i386', { os: 'linux', architecture: '386' }],
  ['ppc64el', { os: 'linux', architecture: 'ppc64le' }],
  ['riscv64', { os: 'linux', architecture: 'riscv64' }],
  ['s390x', { os: 'linux', architecture: 's390x' }],
])

/**
 * Debian's name of a platform: `amd64` for linux/amd64, `armhf` for linux/arm/v7.
 *
 * @throws BaseError `unknown-architecture`
 */
export function debianArchitecture(platform: Platform): string {
  const found = [...platforms].find(([, each]) => samePlatform(each, platform))
  if (found !== undefined) return found[0]
  throw unknownArchitecture(`${platform.os}/${platform.architecture}`)
}

/** That of this machine. @throws BaseError `unknown-architecture` */
export function hostArchitecture(): string {
  return debianArchitecture(hostPlatform())
}

/** The platform of one of Debian's architectures. @throws BaseError `unknown-architecture` */
export function platformOf(architecture: string): Platform {
  const platform = platforms.get(architecture)
  if (platform !== undefined) return platform
  throw unknownArchitecture(architecture)
}

function unknownArchitecture(name: string): BaseError {
  return new BaseError('unknown-architecture', `Debian has no packages for ${name} that an image could be made of`, {
    hint: `There is ${[...platforms.keys()].join(', ')}.`,
  })
}

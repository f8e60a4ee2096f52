import type { BuildPlatform } from '../../build-arguments.ts'
import { familiarName, splitImageName } from './image-name.ts'

/** Docker Hub's namespaces for official images of one platform (docker-library/official-images, "Architectures other than amd64"). */
const namespaces: ReadonlyMap<string, BuildPlatform> = new Map([
  ['amd64', { os: 'linux', architecture: 'amd64' }],
  ['arm32v5', { os: 'linux', architecture: 'arm', variant: 'v5' }],
  ['arm32v6', { os: 'linux', architecture: 'arm', variant: 'v6' }],
  ['arm32v7', { os: 'linux', architecture: 'arm', variant: 'v7' }],
  ['arm64v8', { os: 'linux', architecture: 'arm64' }],
  ['i386', { os: 'linux', architecture: '386' }],
  ['mips64le', { os: 'linux', architecture: 'mips64le' }],
  ['ppc64le', { os: 'linux', architecture: 'ppc64le' }],
  ['riscv64', { os: 'linux', architecture: 'riscv64' }],
  ['s390x', { os: 'linux', architecture: 's390x' }],
])

/** The only platform of an image, where its name says it. Undefined for others. */
export function platformOfImage(reference: string): BuildPlatform | undefined {
  const [namespace = '', ...rest] = familiarName(splitImageName(reference)).split('/')
  return rest.length === 1 ? namespaces.get(namespace) : undefined
}

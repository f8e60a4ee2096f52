import type { BuildPlatform } from '../../build-arguments.ts'

// prettier-ignore
const systems: ReadonlySet<string> = new Set([
  'aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'hurd', 'illumos', 'ios', 'js', 'linux', 'nacl', 'netbsd', 'openbsd', 'plan9',
  'solaris', 'windows', 'zos',
])

// prettier-ignore
const architectures: ReadonlySet<string> = new Set([
  '386', 'amd64', 'amd64p32', 'arm', 'armbe', 'arm64', 'arm64be', 'ppc64', 'ppc64le', 'loong64', 'mips', 'mipsle', 'mips64', 'mips64le',
  'mips64p32', 'mips64p32le', 'ppc', 'riscv', 'riscv64', 's390', 's390x', 'sparc', 'sparc64', 'wasm',
])

const otherNames: ReadonlyMap<string, string> = new Map([
  ['i386', '386'],
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
  ['armel', 'arm'],
])

/**
 * Operating system and architecture of a platform as FROM names it (containerd's `platforms.Parse`): `linux/arm64/v8`, `amd64`,
 * `windows(10.0.20348)/amd64`. Where one of the two is not written it is that of linux/amd64. Undefined for what is no platform.
 */
export function parsePlatformName(text: string): Pick<BuildPlatform, 'os' | 'architecture'> | undefined {
  const parts = text.split('/')
  const [first = '', second] = parts
  const written = /^([A-Za-z0-9_-]+)(?:\([A-Za-z0-9_.%-]*(?:\+[A-Za-z0-9_.%-]+)*\))?$/.exec(first)?.[1]?.toLowerCase()
  if (written === undefined || parts.length > 3 || !parts.slice(1).every((part) => /^[A-Za-z0-9_.-]+$/.test(part))) {
    return undefined
  }
  const os = written === 'macos' ? 'darwin' : written
  if (second !== undefined) return { os, architecture: architectureName(second) }
  if (systems.has(os)) return { os, architecture: 'amd64' }
  const architecture = architectureName(first)
  return architectures.has(architecture) ? { os: 'linux', architecture } : undefined
}

function architectureName(text: string): string {
  const lower = text.toLowerCase()
  return otherNames.get(lower) ?? lower
}

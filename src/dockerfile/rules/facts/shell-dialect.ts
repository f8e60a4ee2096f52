import { programName } from '../../script/invocation.ts'
import type { BaseFacts } from './base-images.ts'
import type { DistributionName } from './distributions.ts'

/** What a shell understands: bash (ksh and zsh about as much), busybox's ash, which knows part of it, or dash, which is POSIX's. */
export type ShellDialect = 'bash' | 'busybox' | 'dash'

/** What `/bin/sh` is. Debian's policy 10.4, Ubuntu's DashAsBinSh; the images themselves. */
const shellsOfDistributions: Readonly<Record<DistributionName, ShellDialect>> = {
  alpine: 'busybox',
  amazonlinux: 'bash',
  archlinux: 'bash',
  azurelinux: 'bash',
  debian: 'dash',
  fedora: 'bash',
  opensuse: 'bash',
  rhel: 'bash',
  ubuntu: 'dash',
  wolfi: 'busybox',
}

/**
 * What a shell understands that is named by its path or name.
 *
 * @returns undefined where the base is not known well enough, and for shells of other kinds.
 */
export function shellDialect(base: BaseFacts, shell: string): ShellDialect | undefined {
  const name = programName(shell)
  if (['bash', 'zsh', 'ksh', 'mksh'].includes(name)) return 'bash'
  if (name === 'dash') return 'dash'
  if (name === 'ash') return 'busybox'
  if (name !== 'sh') return undefined
  if (base.officialName === 'busybox') return 'busybox'
  return base.distribution === undefined || maySetShell(base)
    ? undefined
    : shellsOfDistributions[base.distribution.name]
}

/**
 * Whether a base may have a SHELL of its own, which holds for those that begin with it: Bitnami's and Jupyter's images have one.
 * Docker's official images, Microsoft's for .NET and NVIDIA's have none.
 */
function maySetShell({ officialName }: BaseFacts): boolean {
  return officialName === undefined || (officialName.includes('/') && !plainFamilies.test(officialName))
}

const plainFamilies =
  /^(?:mcr\.microsoft\.com\/dotnet|nvidia|nvcr\.io\/nvidia|gcr\.io\/distroless|nginxinc|cgr\.dev\/chainguard|chainguard)\//

/**
 * Whether the `sh` of a base knows `set -o pipefail`: busybox and bash do, dash does since 0.5.12-7, which is in Debian 13 and Ubuntu
 * 25.04 (bugs.debian.org/1071238). Undefined where that is not known.
 */
export function hasPipefail({ distribution }: BaseFacts, dialect: ShellDialect): boolean | undefined {
  if (dialect !== 'dash') return true
  const { name, release } = distribution ?? {}
  if (release === undefined) return undefined
  if (name === 'debian') return !['wheezy', 'jessie', 'stretch', 'buster', 'bullseye', 'bookworm'].includes(release)
  return name === 'ubuntu' ? Number.parseFloat(release) >= 25.04 : undefined
}

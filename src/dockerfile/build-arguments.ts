/** The operating system and processor that something is built on or for. */
export interface BuildPlatform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
  readonly osVersion?: string | undefined
}

/**
 * The arguments that are there without being given (`BUILDPLATFORM`, `TARGETARCH`, …). FROM sees them; a stage that wants one
 * declares it with ARG, without a value.
 */
export function automaticArguments(
  buildPlatform: BuildPlatform,
  targetPlatform: BuildPlatform,
  targetStage: string,
): ReadonlyMap<string, string> {
  return new Map([
    ...platformArguments('BUILD', buildPlatform, formatPlatform({ ...buildPlatform, osVersion: undefined })),
    ...platformArguments('TARGET', targetPlatform, formatPlatform(targetPlatform)),
    ['TARGETSTAGE', targetStage],
  ])
}

function platformArguments(
  prefix: string,
  platform: BuildPlatform,
  text: string,
): readonly (readonly [name: string, value: string])[] {
  return [
    [`${prefix}PLATFORM`, text],
    [`${prefix}OS`, platform.os],
    [`${prefix}OSVERSION`, platform.osVersion ?? ''],
    [`${prefix}ARCH`, platform.architecture],
    [`${prefix}VARIANT`, platform.variant ?? ''],
  ]
}

/** `linux/arm/v7`, `windows(10.0.20348)/amd64` */
function formatPlatform({ os, architecture, variant = '', osVersion = '' }: BuildPlatform): string {
  const system = osVersion === '' ? os : `${os}(${osVersion})`
  return [system, architecture, ...(variant === '' ? [] : [variant])].join('/')
}

const proxyNames = new Set(['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'])

/**
 * The variables that RUN gets for the proxies among the build arguments, declared or not, in both spellings. They are part of no
 * cache key and of no image.
 */
export function proxyEnvironment(buildArguments: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of [...buildArguments].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const lower = name.toLowerCase()
    if (!proxyNames.has(lower)) continue
    found.set(lower, value)
    found.set(lower.toUpperCase(), value)
  }
  return found
}

/** Arguments that steer BuildKit itself: ARG does not make variables of them. */
export const steeringArguments: ReadonlySet<string> = new Set([
  'BUILDKIT_SBOM_SCAN_CONTEXT',
  'BUILDKIT_SBOM_SCAN_STAGE',
])

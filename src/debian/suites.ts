/** What follows a suite's name for packages that came after its release. */
export type Pocket = 'updates' | 'security' | 'backports' | 'proposed-updates'

/** A name of a suite, understood. */
export interface Suite {
  /** `bookworm`, `stable`, `sid`: a folder of `dists/`. */
  readonly base: string
  /** Where the name is that of a pocket: `bookworm-updates`. */
  readonly pocket: Pocket | undefined
  /** Whether it is one of Debian's. */
  readonly isDebian: boolean
  /** Whether it gets updates in pockets of its own. */
  readonly hasPockets: boolean
  /** Whether the name moves on from release to release. */
  readonly isMoving: boolean
}

/** By number. The names of Debian's releases stay, while `stable` moves on. */
const codenames: ReadonlyMap<string, string> = new Map([
  ['8', 'jessie'],
  ['9', 'stretch'],
  ['10', 'buster'],
  ['11', 'bullseye'],
  ['12', 'bookworm'],
  ['13', 'trixie'],
  ['14', 'forky'],
  ['15', 'duke'],
])

const movingNames: ReadonlySet<string> = new Set(['stable', 'oldstable', 'oldoldstable', 'testing'])
const rollingNames: ReadonlySet<string> = new Set(['sid', 'unstable', 'experimental', 'rc-buggy'])
/** Their security updates are at `NAME/updates`, and not at `NAME-security`. */
const oldSecurityNames: ReadonlySet<string> = new Set(['jessie', 'stretch', 'buster'])

/** Reads `bookworm`, `12`, `12.5`, `stable`, `sid`, `bookworm-backports`, and the name of any other archive's suite. */
export function parseSuite(name: string): Suite {
  const match = /^(.*?)(?:-(updates|security|backports|proposed-updates))?$/.exec(name)
  const [, prefix = name, pocketName] = match ?? []
  const base = codenames.get(/^(\d+)(?:\.\d+)?$/.exec(prefix)?.[1] ?? '') ?? prefix
  const hasPockets = movingNames.has(base) || [...codenames.values()].includes(base)
  const isDebian = hasPockets || rollingNames.has(base)
  const isMoving = movingNames.has(base)
  if (!isDebian) return { base: name, pocket: undefined, isDebian, hasPockets, isMoving }
  return { base, pocket: isPocket(pocketName) ? pocketName : undefined, isDebian, hasPockets, isMoving }
}

/** The number of one of Debian's releases: `13` for `trixie`. Undefined for a name that moves on, and for other archives. */
export function releaseNumber(codename: string): string | undefined {
  return codenames.entries().find(([, name]) => name === codename)?.[0]
}

function isPocket(name: string | undefined): name is Pocket {
  return name === 'updates' || name === 'security' || name === 'backports' || name === 'proposed-updates'
}

/** The folder of `dists/` that a pocket is in. */
export function pocketFolder(base: string, pocket: Pocket): string {
  return pocket === 'security' && oldSecurityNames.has(base) ? `${base}/updates` : `${base}-${pocket}`
}

import type { Restraint } from '../app-session.ts'

/** Who an app is where its image did not care: what distroless images call `nonroot`. */
const strangerUser = '65532:65532'

/** What decides how little an app may be allowed. */
export interface RestraintFacts {
  /** Numeric, of the before image: `0:0` where it says nothing. */
  readonly user: string
  /** Whether it wrote anywhere but to places that are mounted. */
  readonly writesToRoot: boolean
}

const none: ReadonlySet<string> = new Set()
const lowPorts: ReadonlySet<string> = new Set(['CAP_NET_BIND_SERVICE'])
/** What servers need that begin as root and become somebody else. */
const userChange: ReadonlySet<string> = new Set([
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETGID',
  'CAP_SETUID',
])

/** Ways to run an app, from the one that allows least to the one of the before image. */
export function restraintLadder({ user, writesToRoot }: RestraintFacts): readonly Restraint[] {
  const isRoot = isRootUser(user)
  const someone = isRoot ? strangerUser : user
  const at = (who: string, isRootReadOnly: boolean, capabilities: Restraint['capabilities']): Restraint => ({
    ...{ user: who, isRootReadOnly, capabilities },
  })
  const rungs = [
    at(someone, true, none),
    at(someone, false, none),
    at(someone, false, lowPorts),
    ...(isRoot
      ? [at(user, true, none), at(user, false, none), at(user, true, userChange), at(user, false, userChange)]
      : []),
    at(user, false, undefined),
  ]
  return rungs.filter(({ isRootReadOnly }) => !(isRootReadOnly && writesToRoot))
}

/** Whether a process runs as root: a user by number, as a restraint has it. */
export function isRootUser(user: string | undefined): boolean {
  return /^0(?::|$)/.test(user ?? '')
}

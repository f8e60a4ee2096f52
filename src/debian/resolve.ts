import { DebianError } from './errors.ts'
import type { PackageRecord } from './package-record.ts'
import type { PackageRequest } from './package-request.ts'
import type { PackageSource, Pin } from './package-source.ts'
import { choosePackages } from './solving/choose.ts'
import { explainObstacles } from './solving/explain.ts'
import { NeedFinder, type Need } from './solving/needs.ts'
import { orderPackages } from './solving/order.ts'
import { needOfRequest, type RequestedNeed } from './solving/requests.ts'
import { TooManyConflictsError } from './solving/solver.ts'
import { Universe, type Candidate } from './solving/universe.ts'

/** What to choose packages for, and from where. */
export interface ResolveOptions {
  readonly sources: readonly PackageSource[]
  /** Of the system that is made, such as `arm64`. Sources may hold packages of others too, for requests that name them. */
  readonly architecture: string
  readonly requests: readonly PackageRequest[]
  readonly pins?: readonly Pin[] | undefined
  /** Names of packages that are left out on purpose: a dependency on one, or on what it provides, counts as satisfied. */
  readonly exclude?: readonly string[] | undefined
  /** Whether packages that others recommend are taken too, where possible. Not unless told. */
  readonly recommends?: boolean | undefined
  /** `none`: the packages that are asked for, and nothing else, whatever they need. `all` unless told. */
  readonly dependencies?: 'all' | 'none' | undefined
}

/** A package that was chosen. */
export interface ResolvedPackage {
  readonly record: PackageRecord
  readonly source: PackageSource
  /** Why it is there: the first is the shortest way from a request. */
  readonly reasons: readonly Reason[]
  /** The version that would have been taken had nothing stood in the way; undefined where it was. */
  readonly passedOver: string | undefined
}

/** Who wants a package: somebody who asked for it, or another package. */
export type Reason =
  | { readonly kind: 'request'; readonly text: string }
  | {
      readonly kind: 'pre-depends' | 'depends' | 'recommends'
      /** The name of the package that says so. */
      readonly by: string
      /** The alternatives as they are written. */
      readonly text: string
    }

/**
 * Chooses packages for requests and all that these need: relations and architectures as dpkg sees them, preferences as apt
 * does. The same requests and sources give the same packages, in whatever order they come.
 *
 * Of each package the version with the highest priority is taken, then the newest; another one only where that is impossible.
 * Of alternatives one that is needed anyway, then the first. Conflicts and Breaks are kept to.
 *
 * @returns the packages in an order to unpack and configure them in.
 * @throws DebianError `unknown-package` for a request that no source can meet, `unsatisfiable` with the dependencies that
 * lead to what is missing or collides, and as reading an index does.
 */
export function resolvePackages(options: ResolveOptions): readonly ResolvedPackage[] {
  const { sources, architecture, pins = [], exclude = [], recommends = false, dependencies = 'all' } = options
  const universe = new Universe(sources, pins, architecture)
  const requests = needsOfRequests(options.requests, universe, new Set(exclude))
  const finder = new NeedFinder(universe, new Set(exclude), recommends)
  const chosen = dependencies === 'none' ? firstOfEach(requests) : choose(requests, finder, universe)
  const reasons = findReasons(requests, chosen, finder)
  return orderPackages(chosen, finder).map((candidate) => ({
    record: candidate.record,
    source: candidate.source,
    reasons: reasons.get(candidate) ?? [],
    passedOver: universe.isPreferred(candidate) ? undefined : preferredVersion(candidate, universe),
  }))
}

/** A request that no source can meet, as {@link checkRequests} finds it. */
export interface RequestProblem {
  readonly request: PackageRequest
  /** In one line, without a full stop. */
  readonly message: string
  readonly hint: string | undefined
}

/**
 * Which requests no source can meet, without resolving what they need: for pointing at the place where each is written.
 *
 * @throws DebianError as reading an index does
 */
export function checkRequests(options: ResolveOptions): readonly RequestProblem[] {
  const universe = new Universe(options.sources, options.pins ?? [], options.architecture)
  const excluded = new Set(options.exclude)
  return options.requests.flatMap((request) => {
    const { refusal } = findNeed(request, universe, excluded)
    return refusal === undefined ? [] : [{ request, ...refusal }]
  })
}

function findNeed(request: PackageRequest, universe: Universe, excluded: ReadonlySet<string>): RequestedNeed {
  if (!excluded.has(request.name)) return needOfRequest(request, universe)
  return { refusal: { message: `${request.name} is both asked for and left out`, hint: undefined } }
}

/** By their texts, so that their order does not matter. @throws DebianError `unknown-package` for all that cannot be met */
function needsOfRequests(
  requests: readonly PackageRequest[],
  universe: Universe,
  excluded: ReadonlySet<string>,
): readonly Need[] {
  const found = requests.map((request) => findNeed(request, universe, excluded))
  const refusals = found.flatMap(({ refusal }) => refusal ?? [])
  const [first] = refusals
  if (first !== undefined) {
    const lines = refusals.map(({ message, hint }) => (hint === undefined ? message : `${message}. ${hint}`))
    const message = refusals.length === 1 ? first.message : lines.join('\n')
    throw new DebianError('unknown-package', message, refusals.length === 1 ? { hint: first.hint } : {})
  }
  const needs = new Map(found.flatMap(({ need }) => (need === undefined ? [] : [[need.text, need] as const])))
  return [...needs.keys()].toSorted().flatMap((text) => needs.get(text) ?? [])
}

function firstOfEach(requests: readonly Need[]): ReadonlySet<Candidate> {
  return new Set(requests.flatMap(({ candidates }) => candidates.slice(0, 1)))
}

/** @throws DebianError `unsatisfiable` */
function choose(requests: readonly Need[], finder: NeedFinder, universe: Universe): ReadonlySet<Candidate> {
  try {
    const { chosen, obstacles } = choosePackages(requests, finder)
    if (chosen !== undefined) return chosen
    const { requests: asked, lines } = explainObstacles(obstacles, universe)
    const what =
      asked.length === 1 ? `${asked.join('')} cannot be installed` : `${asked.join(', ')} cannot be installed together`
    throw new DebianError('unsatisfiable', [`${what}:`, ...lines.map((line) => `  ${line}`)].join('\n'), {
      hint: 'Ask for other versions, add a source that has what is missing, or exclude what can be done without.',
    })
  } catch (error) {
    if (!(error instanceof TooManyConflictsError)) throw error
    throw new DebianError('unsatisfiable', `no set of packages was found that goes together: ${error.message}`, {
      cause: error,
      hint: 'Ask for fewer packages at once, or for exact versions.',
    })
  }
}

/** Breadth-first from the requests, so the first reason of each package is on a shortest way. */
function findReasons(
  requests: readonly Need[],
  chosen: ReadonlySet<Candidate>,
  finder: NeedFinder,
): ReadonlyMap<Candidate, readonly Reason[]> {
  const reasons = new Map<Candidate, Reason[]>()
  const add = ({ kind, owner, text, candidates }: Need): void => {
    const target = candidates.find((candidate) => chosen.has(candidate))
    if (target === undefined) return
    const reason: Reason =
      kind === 'request' || owner === undefined ? { kind: 'request', text } : { kind, by: owner.record.name, text }
    const known = reasons.get(target)
    if (known === undefined) reasons.set(target, [reason])
    else known.push(reason)
  }
  for (const need of requests) add(need)
  // A map that grows is walked to its new end.
  for (const candidate of reasons.keys()) for (const need of finder.needsOf(candidate)) add(need)
  return reasons
}

function preferredVersion({ record, slot }: Candidate, universe: Universe): string | undefined {
  return universe.named(record.name).find((one) => one.slot === slot)?.record.version
}

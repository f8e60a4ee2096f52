import { appliesTo, formatRelation, type PackageRelation } from '../dependency.ts'
import type { Obstacle } from './choose.ts'
import type { Collision } from './collisions.ts'
import type { Need } from './needs.ts'
import { firstOf } from './requests.ts'
import { compareText, type Candidate, type Universe } from './universe.ts'

const linesMax = 40

/** Why packages cannot be installed: what is asked for, and the lines that lead from there to what is missing or collides. */
export function explainObstacles(
  obstacles: readonly Obstacle[],
  universe: Universe,
): { readonly requests: readonly string[]; readonly lines: readonly string[] } {
  const needs = inOrder(obstacles.flatMap((one) => (one.type === 'need' ? [one.need] : [])))
  const collisions = obstacles.flatMap((one) => (one.type === 'collision' ? [one.collision] : []))
  const lines = new Set<string>()
  for (const line of describeNeeds(needs, universe)) lines.add(line)
  for (const collision of collisions) lines.add(describeCollision(collision, universe))
  const shown = [...lines]
  const more = shown.length - linesMax
  return {
    requests: [...new Set(needs.flatMap((need) => (need.kind === 'request' ? [need.text] : [])))].toSorted(),
    lines: more > 0 ? [...shown.slice(0, linesMax), `and ${more} more such lines`] : shown,
  }
}

/** From the requests on, each behind a need that its package is a candidate for. */
function inOrder(needs: readonly Need[]): readonly Need[] {
  const ofOwner = Map.groupBy(needs, (need) => need.owner)
  const ordered = new Set<Need>()
  const followed = new Set<Candidate>()
  const follow = (need: Need): void => {
    if (ordered.has(need)) return
    ordered.add(need)
    for (const candidate of need.candidates) {
      if (followed.has(candidate)) continue
      followed.add(candidate)
      for (const next of ofOwner.get(candidate) ?? []) follow(next)
    }
  }
  const requests = needs.filter((need) => need.kind === 'request')
  for (const need of requests.toSorted((a, b) => compareText(a.text, b.text))) follow(need)
  for (const need of needs) ordered.add(need)
  return [...ordered]
}

/** For one version, and for several. */
const verbs = {
  'pre-depends': ['depends (before it is unpacked) on', 'depend (before they are unpacked) on'],
  depends: ['depends on', 'depend on'],
  recommends: ['recommends', 'recommend'],
} as const

/** Versions of a package that say the same are one line. */
function* describeNeeds(needs: readonly Need[], universe: Universe): Generator<string> {
  const keyOf = ({ owner, kind, text }: Need): string => `${owner?.slot ?? ''}\n${kind}\n${text}`
  for (const group of Map.groupBy(needs, keyOf).values()) {
    const [need] = group
    if (need === undefined) continue
    const { kind, text } = need
    const versions = group.flatMap(({ owner }) => (owner === undefined ? [] : [owner.record.version]))
    if (kind === 'request') yield `${text} is asked for`
    else {
      const verb = verbs[kind][versions.length === 1 ? 0 : 1]
      yield `${nameOf(need.owner, universe)} ${versions.join(' and ')} ${verb} ${text}`
    }
    if (need.candidates.length === 0) yield `but there is no ${describeMissing(need, universe)}`
  }
}

function describeMissing({ alternatives, owner }: Need, universe: Universe): string {
  const architecture = owner?.architecture ?? universe.architecture
  const described = alternatives
    .filter((relation) => appliesTo(relation, architecture))
    .map((relation) => {
      const there = new Set(thereOf(relation, universe))
      return there.size === 0
        ? formatRelation(relation)
        : `${formatRelation(relation)} (there is ${firstOf([...there])})`
    })
  return described.join(', nor ')
}

function thereOf(relation: PackageRelation, universe: Universe): readonly string[] {
  const named = universe.named(relation.name).map((one) => `${nameOf(one, universe)} ${one.record.version}`)
  const provided = universe
    .providing(relation.name)
    .map((one) => `${nameOf(one, universe)} ${one.record.version}, which provides ${providedText(one, relation.name)}`)
  return [...named, ...provided]
}

function providedText({ record }: Candidate, name: string): string {
  const provided = record.relations.provides.find((one) => one.name === name)
  return provided === undefined ? name : formatRelation(provided)
}

function describeCollision({ kind, owner, target, relation }: Collision, universe: Universe): string {
  const [name, other] = [nameOf(owner, universe), nameOf(target, universe)]
  const [version, otherVersion] = [owner.record.version, target.record.version]
  if (relation === undefined) {
    return owner.slot === target.slot
      ? `only one version of ${name} can be installed: ${[version, otherVersion].toSorted().join(' or ')}`
      : `${name} ${version} and ${other} ${otherVersion} cannot be installed together`
  }
  const which =
    relation.name === target.record.name ? `${other} is ${otherVersion}` : `${other} ${otherVersion} provides it`
  return `${name} ${version} ${kind === 'breaks' ? 'breaks' : 'conflicts with'} ${formatRelation(relation)}: ${which}`
}

/** With its architecture where that is not the system's. */
function nameOf(candidate: Candidate | undefined, { architecture }: Universe): string {
  if (candidate === undefined) return ''
  const { name } = candidate.record
  return candidate.architecture === architecture ? name : `${name}:${candidate.architecture}`
}

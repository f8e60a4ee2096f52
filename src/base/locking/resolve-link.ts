import { parsePackageRequest, type PackageRequest } from '../../debian/package-request.ts'
import type { PackageSource, Pin } from '../../debian/package-source.ts'
import { checkRequests, resolvePackages, type Reason, type ResolvedPackage } from '../../debian/resolve.ts'
import { assert } from '../../std/assert.ts'
import { findYamlValue } from '../../std/yaml-file.ts'
import { BaseError } from '../errors.ts'
import type { LockedLayer, LockedPackage } from '../locked-packages.ts'
import { recipeProblem, type RecipeLink } from '../recipe.ts'
import { frozenIndex } from './frozen-index.ts'

/** A source, and the folder of `dists/` that its list is of. */
export interface ListedSource extends PackageSource {
  readonly suite: string
}

/**
 * Chooses the packages that a recipe adds to those below it.
 *
 * @throws BaseError `bad-recipe` with the place of a request that cannot be met; DebianError
 */
export function resolveLink(
  link: RecipeLink,
  lower: readonly LockedPackage[],
  pins: readonly Pin[],
  sources: readonly ListedSource[],
  architecture: string,
): LockedLayer {
  const { recipe } = link
  const fixed = new Map(lower.map((each) => [each.name, each]))
  const exclude = recipe.exclude?.packages ?? []
  const isThere = exclude.find((name) => fixed.has(name))
  if (isThere !== undefined) {
    throw new BaseError('bad-recipe', `${link.name} leaves out ${isThere}, which a recipe that it extends has`, {
      hint: 'A layer cannot take away from those below it. Extend a recipe without it.',
    })
  }
  const frozen = sources.map((source) => ({ ...source, index: frozenIndex(source.index, fixed) }))
  const own = ownRequests(link, sources)
  const options = {
    ...{ sources: frozen, architecture, pins, exclude },
    recommends: recipe.recommends === true,
    dependencies: recipe.dependencies === 'none' ? 'none' : 'all',
  } as const
  refuseUnknown(link, checkRequests({ ...options, requests: own }))
  const requests = [...own, ...lower.map(({ name, version }) => exactly(name, version))]
  const chosen = resolvePackages({ ...options, requests }).filter(({ record }) => !fixed.has(record.name))
  const suites = new Map<PackageSource, string>(frozen.map((source) => [source, source.suite]))
  return {
    name: link.name,
    requests: requestTexts(link),
    packages: chosen.map((each) => lockedPackage(each, suites)),
  }
}

/** What a recipe asks for, as a lock has it. */
export function requestTexts({ recipe }: RecipeLink): readonly string[] {
  return [...(recipe.essential === true ? ['essential packages'] : []), ...(recipe.packages ?? [])]
}

function ownRequests({ recipe }: RecipeLink, sources: readonly ListedSource[]): readonly PackageRequest[] {
  const essential = recipe.essential === true ? sources.flatMap(({ index }) => index.essentialPackages()) : []
  return [...new Set([...essential, ...(recipe.packages ?? [])])].map((text) => {
    const { request } = parsePackageRequest(text)
    assert(request !== undefined, `${text} was accepted as a request`)
    return request
  })
}

function exactly(name: string, version: string): PackageRequest {
  const constraint = { relation: '=', version } as const
  const text = `${name}=${version}`
  return { text, name, architecture: undefined, constraint, versionPattern: undefined, suite: undefined }
}

function refuseUnknown(link: RecipeLink, problems: ReturnType<typeof checkRequests>): void {
  const [first] = problems
  if (first === undefined) return
  const { message, hint, request } = first
  const position = link.recipe.packages?.indexOf(request.text) ?? -1
  const range = link.file === undefined ? undefined : findYamlValue(link.file.text, ['packages', position])
  if (link.file !== undefined && range !== undefined) throw recipeProblem(link.file, { message, hint, ...range })
  throw new BaseError('bad-recipe', `recipe ${link.name}: ${message}`, { hint })
}

function lockedPackage(
  { record, source, reasons }: ResolvedPackage,
  suites: ReadonlyMap<PackageSource, string>,
): LockedPackage {
  const { name, version, architecture, file } = record
  const suite = suites.get(source)
  assert(file !== undefined && suite !== undefined, `${name} comes from an archive`)
  return { name, version, architecture, source: record.source, suite, file, reason: reasonText(reasons[0]) }
}

function reasonText(reason: Reason | undefined): string {
  if (reason === undefined || reason.kind === 'request') return 'asked for'
  const verb = { 'pre-depends': 'pre-depends on', depends: 'depends on', recommends: 'recommends' }[reason.kind]
  return `${reason.by} ${verb} ${reason.text}`
}

import { dirname, resolve } from 'node:path'
import { parseSuite, type Pocket } from '../../debian/suites.ts'
import { hostArchitecture } from '../architecture.ts'
import type { RecipeChain, RecipeLink } from '../recipe.ts'
import type { Recipe } from '../recipe-schema.ts'

/** What a chain says of where its packages come from: the last recipe that sets something decides. */
export interface ChainSettings {
  readonly suite: string
  readonly architectures: readonly string[]
  readonly components: readonly string[] | undefined
  readonly pockets: readonly Pocket[] | undefined
  readonly mirrors: readonly string[] | undefined
  readonly securityMirrors: readonly string[] | undefined
  /** Of all recipes, as absolute paths. */
  readonly keyrings: readonly string[]
  /** Whether the maintainer scripts of the packages are run. */
  readonly runsScripts: boolean
}

const defaultSuite = 'trixie'

export function settingsOf(chain: RecipeChain): ChainSettings {
  const architecture = lastOf(chain, (recipe) => recipe.architecture)
  return {
    suite: suiteName(lastOf(chain, (recipe) => recipe.suite) ?? defaultSuite),
    architectures: architecture === undefined ? [hostArchitecture()] : listOf(architecture),
    components: lastOf(chain, (recipe) => recipe.components),
    pockets: lastOf(chain, (recipe) => recipe.pockets),
    mirrors: optionalList(lastOf(chain, (recipe) => recipe.mirror)),
    securityMirrors: optionalList(lastOf(chain, (recipe) => recipe['security-mirror'])),
    keyrings: chain.links.flatMap((link) => listOf(link.recipe.keyring ?? []).map((path) => pathFrom(link, path))),
    runsScripts: lastOf(chain, (recipe) => recipe.scripts) === 'run',
  }
}

/** By its name where it is given by its number, as `13`. */
export function suiteName(text: string): string {
  const { base, pocket } = parseSuite(text)
  return pocket === undefined ? base : text
}

/** The value of the last recipe of a chain that sets it. */
export function lastOf<Value>(chain: RecipeChain, get: (recipe: Recipe) => Value | undefined): Value | undefined {
  return chain.links.map(({ recipe }) => get(recipe)).findLast((value) => value !== undefined)
}

/** A path of a recipe, seen from its folder. */
export function pathFrom(link: RecipeLink, path: string): string {
  return resolve(link.file === undefined ? '.' : dirname(link.file.path), path)
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

function optionalList(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : listOf(value)
}

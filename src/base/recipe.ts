import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import { nearest } from '../std/nearest.ts'
import { positionOf, sourceExcerpt } from '../std/source-excerpt.ts'
import { readYaml } from '../std/yaml-file.ts'
import { builtInRecipes } from './built-in-recipes.ts'
import { BaseError } from './errors.ts'
import { recipeSchema, type Recipe } from './recipe-schema.ts'

/** One recipe of a chain: what makes one layer of the image. */
export interface RecipeLink {
  /** `node`, or the name of the file without its ending. */
  readonly name: string
  readonly recipe: Recipe
  /** Where it was read from; undefined for a recipe that comes with wherry. */
  readonly file: RecipeFile | undefined
}

/** The file of a recipe. Its folder is what `source`, `keyring` and `extends` are seen from. */
export interface RecipeFile {
  readonly path: string
  readonly text: string
}

/** A recipe with all that it extends, the lowest first. */
export interface RecipeChain {
  /** The name of the last link. */
  readonly name: string
  readonly links: readonly RecipeLink[]
}

const recipeBytesMax = 1024 * 1024
const linksMax = 20

/**
 * Finds a recipe, with all that it extends: one of wherry's own by its name, or a file by its path, which has a slash in it or
 * ends with `.yaml` or `.yml`.
 *
 * @param folder is what a relative path is seen from.
 * @throws BaseError `unknown-recipe` with the name that is nearest, `bad-recipe` with file, line and column.
 */
export async function readRecipe(name: string, folder: string): Promise<RecipeChain> {
  return await chainOf(await readLink(name, folder))
}

/**
 * A recipe that is in no file, such as that of a command line, with all that it extends.
 *
 * @throws as {@link readRecipe}
 */
export async function composeRecipe(name: string, recipe: Recipe): Promise<RecipeChain> {
  return await chainOf({ name, recipe, file: undefined })
}

/**
 * Reads the text of a recipe.
 *
 * @param path for messages.
 * @throws BaseError `bad-recipe` with file, line and column, the line itself and a caret.
 */
export function parseRecipe(text: string, path: string): Recipe {
  const read = readYaml(text, recipeSchema)
  if ('problem' in read) {
    const { message, hint, start, end } = read.problem
    throw recipeProblem({ path, text }, { message, hint, start, end })
  }
  return read.value
}

/** Something wrong in a recipe's file, with its place in the text. */
export function recipeProblem(
  { path, text }: RecipeFile,
  problem: { message: string; hint?: string | undefined; start: number; end: number },
): BaseError {
  const { line, column } = positionOf(text, problem.start)
  const excerpt = sourceExcerpt(text, problem.start, problem.end)
  return new BaseError('bad-recipe', `${path}:${line}:${column}: ${problem.message}\n${excerpt}`, {
    hint: problem.hint ?? 'docs/recipe.schema.json lists what may stand there.',
  })
}

async function readLink(name: string, folder: string): Promise<RecipeLink> {
  const builtIn = builtInRecipes.get(name)
  if (builtIn !== undefined) return { name, recipe: builtIn, file: undefined }
  if (!isPath(name)) throw unknownRecipe(name)
  const path = resolve(folder, name)
  const text = await readRecipeFile(path)
  return { name: basename(path).replace(/\.ya?ml$/, ''), recipe: parseRecipe(text, path), file: { path, text } }
}

function isPath(name: string): boolean {
  return name.includes('/') || /\.ya?ml$/.test(name)
}

function unknownRecipe(name: string): BaseError {
  const names = [...builtInRecipes.keys()]
  const meant = nearest(name, names)
  const known = `There is ${names.join(', ')}; a file is written with a slash or its ending, as in ./${name}.yaml.`
  return new BaseError('unknown-recipe', `there is no recipe ${JSON.stringify(name)}`, {
    hint: meant === undefined ? known : `Did you mean ${meant}?`,
  })
}

async function readRecipeFile(path: string): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const isMissing = systemErrorCode(cause) === 'ENOENT'
    const why = isMissing ? 'there is no such file' : errorMessage(cause)
    throw new BaseError(isMissing ? 'unknown-recipe' : 'bad-recipe', `the recipe ${path} cannot be read: ${why}`, {
      cause,
    })
  }
  if (bytes.length > recipeBytesMax) {
    throw new BaseError('bad-recipe', `the recipe ${path} has ${bytes.length} bytes, more than ${recipeBytesMax}`)
  }
  return Buffer.from(bytes).toString('utf8')
}

async function chainOf(last: RecipeLink): Promise<RecipeChain> {
  const links = [last]
  for (let link = last; link.recipe.extends !== undefined;) {
    const folder = link.file === undefined ? process.cwd() : dirname(link.file.path)
    link = await readLink(link.recipe.extends, folder)
    const isKnown = links.some(({ name, file }) => name === link.name && file?.path === link.file?.path)
    if (isKnown || links.length >= linksMax) {
      const names = [...links.toReversed(), link].map(({ name }) => name).join(', ')
      const what = isKnown ? 'extend each other in a circle' : `are more than ${linksMax}`
      throw new BaseError('bad-recipe', `the recipes that ${last.name} extends ${what}: ${names}`)
    }
    links.unshift(link)
  }
  return { name: last.name, links }
}

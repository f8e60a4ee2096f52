import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { builtInRecipes } from '../../base/built-in-recipes.ts'
import { readRecipe } from '../../base/recipe.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'

/** The recipes that come with wherry, small ones first. */
export function formatRecipes(json: boolean): string {
  const rows = [...builtInRecipes].map(([name, recipe]) => ({
    name,
    extends: recipe.extends ?? null,
    description: recipe.description ?? '',
  }))
  if (json) return formatJson(rows)
  const columns = ['RECIPE', 'EXTENDS', 'WHAT IT HOLDS'].map((title) => ({ title }))
  return formatTable(
    columns,
    rows.map((row) => [row.name, row.extends ?? '', row.description]),
  )
}

/** A recipe as YAML: a beginning for one's own. @throws BaseError `unknown-recipe`, `bad-recipe` */
export async function formatRecipe(name: string): Promise<string> {
  const { links } = await readRecipe(name, process.cwd())
  const last = links.at(-1)
  if (last?.file !== undefined) return await readFile(last.file.path, 'utf8')
  return stringify(last?.recipe ?? {}, { lineWidth: 0 })
}

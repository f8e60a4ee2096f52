import type { Recipe } from './recipe-schema.ts'
import { baseRecipe } from './recipes/base.ts'
import { ccRecipe } from './recipes/cc.ts'
import { debianRecipe } from './recipes/debian.ts'
import { javaRecipe } from './recipes/java.ts'
import { nodeRecipe } from './recipes/node.ts'
import { pythonRecipe } from './recipes/python.ts'
import { shellRecipe } from './recipes/shell.ts'
import { staticRecipe } from './recipes/static.ts'
import {
  golangRecipe,
  javaBuildRecipe,
  nodeBuildRecipe,
  phpBuildRecipe,
  pythonBuildRecipe,
  rubyBuildRecipe,
  rustRecipe,
} from './recipes/toolchains.ts'

/** The recipes that come with wherry, by name: small ones first, then those that builds start from. */
export const builtInRecipes: ReadonlyMap<string, Recipe> = new Map([
  ['static', staticRecipe],
  ['base', baseRecipe],
  ['cc', ccRecipe],
  ['node', nodeRecipe],
  ['python', pythonRecipe],
  ['java', javaRecipe],
  ['shell', shellRecipe],
  ['debian', debianRecipe],
  ['golang', golangRecipe],
  ['node-build', nodeBuildRecipe],
  ['python-build', pythonBuildRecipe],
  ['rust', rustRecipe],
  ['java-build', javaBuildRecipe],
  ['ruby-build', rubyBuildRecipe],
  ['php-build', phpBuildRecipe],
])

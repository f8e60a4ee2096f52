import { readFile, stat } from 'node:fs/promises'
import { pathFrom } from '../chain/settings.ts'
import { BaseError } from '../errors.ts'
import { errorMessage } from '../../std/errors.ts'
import type { RecipeLink } from '../recipe.ts'
import type { Recipe } from '../recipe-schema.ts'
import type { MadeFile } from '../tree/placed.ts'
import type { Provider } from './provider.ts'
import { link } from './provider.ts'

const sourceBytesMax = 64 * 1024 * 1024

type RecipeFileEntry = NonNullable<Recipe['files']>[number]

/** What the recipe of the layer says itself: its directories, files and links. */
export const recipeFiles: Provider = async ({ links }) => {
  const own = links.at(-1)
  if (own === undefined) return []
  const { recipe } = own
  const directories = (recipe.directories ?? []).map((each): MadeFile => {
    const { path, mode = '0755', owner } = typeof each === 'string' ? { path: each } : each
    return { path: inside(path), kind: 'directory', mode: Number.parseInt(mode, 8), ...ownerOf(owner) }
  })
  const files: MadeFile[] = []
  for (const file of recipe.files ?? []) {
    const { path, mode = '0644', owner } = file
    const content = await contentOfFile(file, own)
    files.push({ path: inside(path), kind: 'file', mode: Number.parseInt(mode, 8), ...ownerOf(owner), content })
  }
  const targets = Object.entries(recipe.links ?? {}).map(([path, target]) => link(inside(path), target))
  return [...directories, ...files, ...targets]
}

async function contentOfFile({ path, content, source }: RecipeFileEntry, own: RecipeLink): Promise<Uint8Array> {
  if ((content === undefined) === (source === undefined)) {
    throw new BaseError('bad-recipe', `recipe ${own.name}: the file ${path} needs either content or source`)
  }
  if (source === undefined) return Buffer.from(content ?? '')
  const from = pathFrom(own, source)
  try {
    const { size } = await stat(from)
    if (size > sourceBytesMax) throw new Error(`it has ${size} bytes, more than ${sourceBytesMax}`)
    return await readFile(from)
  } catch (cause) {
    throw new BaseError('bad-recipe', `recipe ${own.name}: ${from} cannot be read: ${errorMessage(cause)}`, {
      cause,
      hint: 'A source is a file, seen from the folder of the recipe. What is large is better copied in a Dockerfile.',
    })
  }
}

function inside(path: string): string {
  return path.replaceAll(/\/+/g, '/').replace(/^\//, '').replace(/\/$/, '')
}

function ownerOf(owner = '0:0'): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = owner.split(':').map(Number)
  return { uid, gid }
}

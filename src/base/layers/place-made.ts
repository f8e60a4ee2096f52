import { BaseError } from '../errors.ts'
import type { ImageTree } from '../tree/image-tree.ts'
import type { Selections } from '../tree/place-package.ts'
import type { MadeFile } from '../tree/placed.ts'

/**
 * Puts files that were made into the tree. They take the place of what a package has there; of the same layer it is left out.
 *
 * @throws BaseError `bad-package-content` for a file where a directory is
 */
export function placeMade(files: readonly MadeFile[], layer: number, tree: ImageTree, placed: Selections): void {
  for (const file of files) {
    if (file.kind === 'directory') {
      const { mode, uid, gid } = file
      tree.replaceDirectory(tree.locateDirectory(file.path), layer, { mode, uid, gid, modifiedSeconds: undefined })
      continue
    }
    const path = tree.locate(file.path)
    const there = tree.file(path)
    if (there === undefined && tree.isDirectory(path)) {
      throw new BaseError('bad-package-content', `/${path} cannot be made: there is a directory of that name`)
    }
    if (there?.from === 'package' && there.layer === layer) placed.get(there.owner)?.paths.delete(there.number)
    tree.put(path, { from: 'made', layer, file })
  }
}

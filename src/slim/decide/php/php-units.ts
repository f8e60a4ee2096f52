import { posix } from 'node:path'
import type { FileEntry } from '../../../filetree/file-entry.ts'
import type { FileTree } from '../../../filetree/file-tree.ts'
import type { Unit } from '../../facts.ts'
import { wasteInUnit } from '../waste.ts'
import { readVendor, vendorFolders } from './composer.ts'

/** Where Debian's packages and PEAR put code for all (include_path). */
export const sharedPhpFolder = '/usr/share/php'

/** The packages that Composer installed, its autoloader, and the libraries of the system. */
export async function phpUnits(tree: FileTree, entries: readonly FileEntry[]): Promise<readonly Unit[]> {
  const units: Unit[] = []
  for (const vendor of vendorFolders(entries)) {
    const { packages } = await readVendor(tree, vendor)
    for (const { name, version, folder } of packages) {
      const inner = packages.filter((each) => each.folder !== folder && each.folder.startsWith(`${folder}/`))
      const isOwn = (path: string): boolean => !inner.some((each) => path.startsWith(`${each.folder}/`))
      units.push({ title: `${name} ${version}`, paths: usefulIn(tree, folder).filter(isOwn) })
    }
    const loader = [...tree.children(posix.join(vendor, 'composer'))].filter(({ kind }) => kind === 'file')
    units.push({ title: "Composer's autoloader", paths: [`${vendor}/autoload.php`, ...loader.map(({ path }) => path)] })
  }
  return [...units, ...sharedUnits(tree)]
}

/** Each of them has an `autoload.php` of its own. */
function sharedUnits(tree: FileTree): readonly Unit[] {
  if (tree.get(sharedPhpFolder)?.kind !== 'directory') return []
  const folders = [...tree.entries(sharedPhpFolder)].flatMap(({ path }) =>
    path.endsWith('/autoload.php') ? [posix.dirname(path)] : [],
  )
  return folders.map((folder) => {
    const inner = folders.filter((each) => each.startsWith(`${folder}/`))
    const paths = usefulIn(tree, folder).filter((path) => !inner.some((each) => path.startsWith(`${each}/`)))
    return { title: posix.relative(sharedPhpFolder, folder), paths }
  })
}

function usefulIn(tree: FileTree, folder: string): readonly string[] {
  return [...tree.entries(folder)]
    .filter(({ path, kind }) => kind !== 'directory' && wasteInUnit(path.slice(folder.length + 1), 'php') === undefined)
    .map(({ path }) => path)
}

import { posix } from 'node:path'
import { streamStanzas } from '../../debian/deb822.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { alpineDatabaseFile } from '../../scan/alpine-packages.ts'
import { debianDatabases, dpkgStatusFolder, readDebianPackages } from '../../scan/debian-packages.ts'
import type { Job } from '../../std/job.ts'
import type { SystemPackage } from '../facts.ts'
import { readText } from './read-file.ts'
import { findWay } from './way.ts'

const dpkgListFolder = '/var/lib/dpkg/info'

/** The packages of the system, with the files that they own. Lists name `/lib/x` where `/lib` is a link to `/usr/lib`. */
export async function readSystemPackages(tree: FileTree, job: Job): Promise<readonly SystemPackage[]> {
  const place = createPlacing(tree)
  const packages = [...(await readDebian(tree, place, job)), ...(await readAlpine(tree, place, job))]
  return packages.map((system) => ({
    ...system,
    paths: [...system.paths, ...(generated.get(system.name) ?? []).flatMap((path) => place(path) ?? [])],
  }))
}

/** Files that packages make when they are installed, which no list has. */
const generated: ReadonlyMap<string, readonly string[]> = new Map([
  ['ca-certificates', ['/etc/ssl/certs/ca-certificates.crt']],
  ['ca-certificates-bundle', ['/etc/ssl/certs/ca-certificates.crt']],
  ['ca-certificates-java', ['/etc/ssl/certs/java/cacerts']],
])

/** Where a listed path really lies; undefined where nothing does, and for folders, which many packages share. */
type Placing = (path: string) => string | undefined

function createPlacing(tree: FileTree): Placing {
  const folders = new Map<string, string | undefined>()
  return (path) => {
    const folder = posix.dirname(path)
    if (!folders.has(folder)) folders.set(folder, findWay(tree, folder).target?.path)
    const real = folders.get(folder)
    if (real === undefined) return undefined
    const entry = tree.get(posix.join(real, posix.basename(path)))
    return entry === undefined || entry.kind === 'directory' ? undefined : entry.path
  }
}

async function readDebian(tree: FileTree, place: Placing, job: Job): Promise<readonly SystemPackage[]> {
  const found: SystemPackage[] = []
  for (const file of debianDatabases(tree)) {
    const isRecord = file.path.startsWith(`${findWay(tree, dpkgStatusFolder).target?.path ?? dpkgStatusFolder}/`)
    for await (const { record } of readDebianPackages(tree, file, job)) {
      const { name, version, architecture } = record
      const listed = isRecord
        ? sumsOf(await readText(tree, `${file.path}.md5sums`))
        : (await readList(tree, name, architecture)).split('\n')
      const paths = listed.flatMap((path) => (path.startsWith('/') ? (place(path) ?? []) : []))
      const records = isRecord ? [file.path, `${file.path}.md5sums`] : []
      found.push({ manager: 'dpkg', name, version, paths, records })
    }
  }
  return found
}

async function readList(tree: FileTree, name: string, architecture: string): Promise<string> {
  const plain = await readText(tree, `${dpkgListFolder}/${name}.list`)
  return plain === '' ? await readText(tree, `${dpkgListFolder}/${name}:${architecture}.list`) : plain
}

/** The lines of a list of sums: a sum, two blanks, a path without its slash. */
function sumsOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const path = /^[0-9a-f]+ [ *](.+)$/.exec(line)?.[1]
    return path === undefined ? [] : [posix.join('/', path)]
  })
}

/** apk-package(5): `F:` names a folder, and each `R:` behind it a file in it. */
async function readAlpine(tree: FileTree, place: Placing, job: Job): Promise<readonly SystemPackage[]> {
  const file = findWay(tree, alpineDatabaseFile).target
  if (file?.kind !== 'file') return []
  const found: SystemPackage[] = []
  for await (const { text } of streamStanzas(tree.openFile(file, job), `${file.path} of the image`, job)) {
    let [name, version, folder] = ['', '', '']
    const paths: string[] = []
    for (const line of text.split('\n')) {
      const value = line.slice(2)
      if (line.startsWith('P:')) name = value
      else if (line.startsWith('V:')) version = value
      else if (line.startsWith('F:')) folder = value
      else if (line.startsWith('R:')) paths.push(...[place(posix.join('/', folder, value)) ?? []].flat())
    }
    if (name !== '') found.push({ manager: 'apk', name, version, paths, records: [] })
  }
  return found
}

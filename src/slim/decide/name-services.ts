import type { FileTree } from '../../filetree/file-tree.ts'
import { readText } from './read-file.ts'
import { findWay } from './way.ts'

/** What glibc goes by where there is no nsswitch.conf, and where it has no line for a database. */
const usual = ['files', 'dns']
const databases = /^\s*(?:hosts|networks|passwd|group|initgroups|shadow)\s*:([^#]*)/

/** The modules that nsswitch.conf(5) names for looking up hosts, users and groups. */
export async function readNameServices(tree: FileTree): Promise<ReadonlySet<string>> {
  const lines = (await readText(tree, '/etc/nsswitch.conf')).split('\n')
  const words = lines.flatMap(
    (line) =>
      databases
        .exec(line)?.[1]
        ?.replaceAll(/\[[^\]]*\]/g, ' ')
        .split(/\s+/) ?? [],
  )
  return new Set([...usual, ...words.filter((word) => /^\w+$/.test(word))])
}

/**
 * Where these modules lie in a tree. Since glibc 2.34 those for files and DNS are part of libc.so itself, and the files that have their
 * names are for older programs: small enough to stay.
 */
export function nameServiceFiles(tree: FileTree, services: ReadonlySet<string>): readonly string[] {
  const names = [...services].map((service) => `libnss_${service}.so.2`)
  const found = new Set<string>()
  for (const folder of ['/lib', '/usr/lib', '/lib64', '/usr/lib64']) {
    const { target } = findWay(tree, folder)
    if (target?.kind !== 'directory') continue
    const below = [...tree.children(target.path)].filter(
      ({ path, kind }) => kind === 'directory' && path.includes('-linux-'),
    )
    for (const { path } of [target, ...below]) {
      for (const name of names) if (tree.get(`${path}/${name}`) !== undefined) found.add(`${path}/${name}`)
    }
  }
  return [...found]
}

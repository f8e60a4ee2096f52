import { posix } from 'node:path'
import type { Job } from '../../std/job.ts'
import { nearest } from '../../std/nearest.ts'
import { printable } from '../../std/printable.ts'
import { BuildError } from '../errors.ts'
import type { SourceTree } from '../source-tree.ts'
import { baseName } from './wildcards.ts'

/** Says that a source is not there, and what was probably meant. */
export async function missingSource(path: string, tree: SourceTree, job: Job): Promise<BuildError> {
  const pattern = tree.ignoringPattern(path)
  const message = `${printable(path)} is not in ${tree.title}`
  if (pattern !== undefined) {
    return new BuildError(
      'source-not-found',
      `${message}: the line ${JSON.stringify(pattern)} of .dockerignore leaves it out`,
      {
        hint: `Take the line out, or add a line "!${printable(path.slice(1))}" below it.`,
      },
    )
  }
  return new BuildError('source-not-found', message, { hint: await hintOf(path, tree, job) })
}

/** About the first component that is not there: a link that leads nowhere, or the nearest name. */
async function hintOf(path: string, tree: SourceTree, job: Job): Promise<string | undefined> {
  const components = path.split('/').filter((component) => component !== '')
  for (const [index, component] of components.entries()) {
    const parent = `/${components.slice(0, index).join('/')}`
    if ((await tree.lookup(posix.join(parent, component), { followLast: true }, job)) !== undefined) continue
    const folder = await tree.lookup(parent, { followLast: true }, job)
    if (folder?.kind !== 'directory') return undefined
    const link = await tree.lookup(posix.join(parent, component), { followLast: false }, job)
    if (link !== undefined) {
      return `${printable(link.path)} is a link to ${printable(link.linkTarget)}, which is not in ${tree.title}.`
    }
    const names = (await tree.children(folder, job)).map((entry) => baseName(entry.path))
    const near = nearest(component, names)
    if (near === undefined) return undefined
    return `Did you mean ${printable(posix.join(parent, near, ...components.slice(index + 1)))}?`
  }
  return undefined
}

/**
 * Checks that a path that `--parents` names has no link above its last component: what `--parents` takes of a directory is found by a walk
 * that follows none.
 *
 * @param path clean, without wildcards, and there once links are followed
 * @throws BuildError `source-not-found`
 */
export async function refuseLinkedParents(directory: string, path: string, tree: SourceTree, job: Job): Promise<void> {
  const components = path.split('/')
  for (const count of components.slice(1).keys()) {
    const parent = posix.join(directory, ...components.slice(0, count + 1))
    const entry = await tree.lookup(parent, { followLast: false }, job)
    if (entry?.kind !== 'symbolic-link') continue
    const message = `${printable(posix.join(directory, path))} is not in ${tree.title} as far as --parents goes: ${printable(parent)} is a link`
    const hint = `It leads to ${printable(entry.linkTarget)}: take the file from there.`
    throw new BuildError('source-not-found', message, { hint })
  }
}

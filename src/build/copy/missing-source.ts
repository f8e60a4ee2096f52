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
  const near = await nearestPath(path, tree, job)
  const hint = near === undefined ? undefined : `Did you mean ${printable(near)}?`
  return new BuildError('source-not-found', message, { hint })
}

/** The nearest name to the first component that is not there. */
async function nearestPath(path: string, tree: SourceTree, job: Job): Promise<string | undefined> {
  const components = path.split('/').filter((component) => component !== '')
  for (const [index, component] of components.entries()) {
    const parent = `/${components.slice(0, index).join('/')}`
    if ((await tree.lookup(posix.join(parent, component), { followLast: true }, job)) !== undefined) continue
    const folder = await tree.lookup(parent, { followLast: true }, job)
    if (folder?.kind !== 'directory') return undefined
    const names = (await tree.children(folder, job)).map((entry) => baseName(entry.path))
    const near = nearest(component, names)
    return near === undefined ? undefined : posix.join(parent, near, ...components.slice(index + 1))
  }
  return undefined
}

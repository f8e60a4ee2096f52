import type { Job } from '../../std/job.ts'
import type { ChangesOptions } from '../snapshot.ts'
import { readChanges } from './read-changes.ts'
import type { Upper } from './scan-upper.ts'

const whiteout = '.wh.'
const opaqueMarker = '.wh..wh..opq'

/** The absolute paths of {@link readChanges}, without directories that are below too: those are there because of what is in them. */
export async function changedPaths(upper: Upper, options: ChangesOptions, job: Job): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const { entry } of readChanges(upper, options, job)) {
    const path = `/${entry.path.replace(/\/$/, '')}`
    if (entry.kind === 'directory' && upper.tree?.get(path)?.kind === 'directory') continue
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    if (name === opaqueMarker) continue
    found.add(name.startsWith(whiteout) ? `${path.slice(0, slash + 1)}${name.slice(whiteout.length)}` : path)
  }
  return found
}

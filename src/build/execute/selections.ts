import type { Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import { stepKey } from '../cache/step-key.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import type { CopySelection } from '../copy/copy-selection.ts'
import { selectSources } from '../copy/select-sources.ts'
import type { Execution } from './execution.ts'
import type { OpenedOrigin } from './origins.ts'

/** What a COPY takes, by its content; looked for only where that is not known already. */
export interface KnownSelection {
  readonly digest: Digest
  open(job: Job): Promise<CopySelection>
}

/** Finds out what is taken. What was once taken of the same files of a stage or image need not be looked at again. */
export async function selectFrom(
  request: CopyRequest,
  origin: OpenedOrigin,
  { cache, machinery, trees, request: { secrets, sshAgents } }: Execution,
  job: Job,
): Promise<KnownSelection> {
  const { cacheDirectory } = machinery
  const access = { environment: process.env, secrets, sshAgents }
  const select = async (inner: Job): Promise<CopySelection> =>
    trees.hold(await selectSources(request, await origin.open(inner), { cacheDirectory, access }, inner))
  if (origin.chain === undefined) {
    const selection = await select(job)
    return { digest: selection.digest, open: () => Promise.resolve(selection) }
  }
  const { kind, sources, inlineFiles, excludes, parents, chown, chmod } = request
  const asked = { sources, inlineFiles: inlineFiles.map((file) => ({ ...file })), excludes, parents, chown, chmod }
  const key = stepKey({ kind: 'selection', of: origin.chain, by: kind, ...asked })
  const known = await cache.find(key, 'selection')
  if (known !== undefined) return { digest: known.digest, open: select }
  const selection = await select(job)
  await cache.put(key, { kind: 'selection', version: 1, digest: selection.digest })
  return { digest: selection.digest, open: () => Promise.resolve(selection) }
}

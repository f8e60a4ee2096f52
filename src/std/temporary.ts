import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its owner's own that is deleted, with all that is in it, when it goes out of scope. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/** Makes one under `parent`, by default the system's folder for temporary files. */
export async function temporaryDirectory(parent = tmpdir()): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(parent, 'wherry-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

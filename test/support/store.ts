import { join } from 'node:path'
import { openStore, type LayoutStore } from '../../src/store/layout-store.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'

/** A store in a folder of its own, which both end with the scope. */
export interface TemporaryStore extends AsyncDisposable {
  readonly store: LayoutStore
  readonly path: string
  /** Another session on the same store, as another process would have it. */
  openAgain(): Promise<LayoutStore>
}

export async function temporaryStore(): Promise<TemporaryStore> {
  await using owned = new AsyncDisposableStack()
  const folder = owned.use(await temporaryDirectory())
  const path = join(folder.path, 'store')
  const store = owned.use(await openStore(path, createJob()))
  const moved = owned.move()
  return {
    store,
    path,
    openAgain: async () => moved.use(await openStore(path, createJob())),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

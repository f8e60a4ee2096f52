import type { FileTree } from '../../filetree/file-tree.ts'
import type { Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import type { StageFiles } from './stage-files.ts'

/**
 * The merged views that a build looks into, each opened once and when it is first needed, and what else it holds to its end.
 * Disposing of it closes them.
 */
export class TreePool implements AsyncDisposable {
  readonly #layersDirectory: string
  readonly #trees = new Map<Digest, Promise<FileTree>>()
  readonly #held = new AsyncDisposableStack()

  constructor(layersDirectory: string) {
    this.#layersDirectory = layersDirectory
  }

  /** @throws as {@link openFileTree} */
  async open({ chain, layers }: StageFiles, job: Job): Promise<FileTree> {
    let tree = this.#trees.get(chain)
    if (tree === undefined) {
      tree = openTree(layers, this.#layersDirectory, job)
      this.#trees.set(chain, tree)
    }
    return await tree
  }

  /** Keeps something that may lie on disk, such as what was fetched for an ADD, for as long as the build may read it. */
  hold<Held extends AsyncDisposable>(held: Held): Held {
    return this.#held.use(held)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync()
    const opened = await Promise.allSettled(this.#trees.values())
    await Promise.all(
      opened.map(async (each) => {
        if (each.status === 'fulfilled') await each.value[Symbol.asyncDispose]()
      }),
    )
  }
}

/** Whoever looks into no tree need not load what reads them. */
async function openTree(layers: StageFiles['layers'], layersDirectory: string, job: Job): Promise<FileTree> {
  const { openFileTree } = await import('../../filetree/file-tree.ts')
  return await openFileTree({ layers }, layersDirectory, job)
}

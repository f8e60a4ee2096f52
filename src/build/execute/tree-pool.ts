import type { FileTree } from '../../filetree/file-tree.ts'
import type { LayerPool } from '../../filetree/layer-pool.ts'
import type { Digest } from '../../image/digest.ts'
import type { Job } from '../../std/job.ts'
import type { StageFiles } from './stage-files.ts'

/**
 * The merged views that a build looks into, each opened once and when it is first needed, and what else it holds to its end.
 * Disposing of it closes them.
 */
export class TreePool implements AsyncDisposable {
  readonly #layersDirectory: string
  #layers: LayerPool | undefined
  readonly #trees = new Map<Digest, Promise<FileTree>>()
  readonly #held = new AsyncDisposableStack()

  constructor(layersDirectory: string) {
    this.#layersDirectory = layersDirectory
  }

  /** @throws as {@link openFileTree} */
  async open({ chain, layers }: StageFiles, job: Job): Promise<FileTree> {
    let tree = this.#trees.get(chain)
    if (tree === undefined) {
      tree = this.#open(layers, job)
      this.#trees.set(chain, tree)
    }
    return await tree
  }

  /** Keeps something that may lie on disk, such as what was fetched for an ADD, for as long as the build may read it. */
  hold<Held extends AsyncDisposable>(held: Held): Held {
    return this.#held.use(held)
  }

  /** Whoever looks into no tree need not load what reads them. */
  async #open(layers: StageFiles['layers'], job: Job): Promise<FileTree> {
    const { LayerPool } = await import('../../filetree/layer-pool.ts')
    const { openPooledTree } = await import('../../filetree/file-tree.ts')
    this.#layers ??= new LayerPool(this.#layersDirectory)
    return await openPooledTree({ layers }, this.#layers, job)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync()
    await Promise.allSettled(this.#trees.values())
    await this.#layers?.[Symbol.asyncDispose]()
  }
}

import { decide } from '../../src/slim/decide.ts'
import type { DecideInput } from '../../src/slim/decide-input.ts'
import type { Facts } from '../../src/slim/facts.ts'
import { gatherFacts } from '../../src/slim/gather-facts.ts'
import type { Ledger } from '../../src/slim/ledger.ts'
import { openFileTree, type FileTree } from '../../src/filetree/file-tree.ts'
import { createJob } from '../../src/std/job.ts'
import { builtImage } from './built-image.ts'
import type { LayerItem } from './layers.ts'
import { temporaryStore } from './store.ts'

const job = createJob()

const nothingSeen: DecideInput = {
  ...{ opened: new Set(), executed: new Set(), written: new Set(), command: [], keep: [], exclude: [] },
  ...{ repairs: new Map(), madeOf: new Map(), baseLayers: 1 },
}

/** The files of an image: of its base and of the app. */
export interface Made {
  readonly base?: readonly LayerItem[]
  readonly app?: readonly LayerItem[]
  readonly config?: object
  readonly created?: string
}

/** Decides on a tree of two layers, and tells what came of it. */
export async function decided<Result>(
  { base = [], app = [], config = {}, created = 'COPY . . # buildkit' }: Made,
  input: Partial<DecideInput>,
  look: (ledger: Ledger, facts: Facts, tree: FileTree) => Result | Promise<Result>,
): Promise<Result> {
  await using place = await temporaryStore()
  const more = { config, history: [{ created_by: 'base' }, { created_by: created }] }
  const image = await builtImage(place.store, { layers: [base, app], more })
  await using tree = await openFileTree(image, place.store.layersPath, job)
  const whole = { ...nothingSeen, ...input }
  const facts = await gatherFacts(tree, image.config, whole, job)
  return await look(decide(facts, whole), facts, tree)
}

/** Kept files and links, one in a line, without the folders on the way. */
export function keptLines({ verdicts }: Ledger): readonly string[] {
  return verdicts.flatMap(({ path, isKept, cause, detail }) =>
    isKept && (cause !== 'way' || detail !== '') ? [`${path} ${cause}${detail === '' ? '' : `: ${detail}`}`] : [],
  )
}

/** The causes of paths, in their order. */
export function causes({ verdicts }: Ledger, ...paths: readonly string[]): readonly string[] {
  return paths.map((path) => verdicts.find((verdict) => verdict.path === path)?.cause ?? 'missing')
}

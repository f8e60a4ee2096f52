import { LayerDraft } from '../copy/layer-draft.ts'
import type { SourceTree } from '../source-tree.ts'
import { draftTree } from './draft-tree.ts'

/** A place where nothing is: what a Dockerfile on standard input has for a context, as in BuildKit. */
export function emptyTree(title: string): SourceTree {
  return draftTree(new LayerDraft(undefined), title, [])
}

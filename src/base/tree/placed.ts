import type { PackageEntry } from '../packages/package-contents.ts'

/** A file that is made, and is in no package. Paths are without a slash at the beginning. */
export type MadeFile = {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
} & (
  | { readonly kind: 'file'; readonly content: Uint8Array }
  | { readonly kind: 'symbolic-link'; readonly linkTarget: string }
  | { readonly kind: 'directory' }
)

/** Where a path of the image comes from. */
export type Placed =
  | {
      readonly from: 'package'
      readonly layer: number
      /** The name of the package. */
      readonly owner: string
      /** Its number in the package. */
      readonly number: number
      readonly entry: PackageEntry
    }
  | { readonly from: 'made'; readonly layer: number; readonly file: Exclude<MadeFile, { kind: 'directory' }> }

/** A directory of the image. */
export interface PlacedDirectory {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly modifiedSeconds: number | undefined
  /** Which layer has it; undefined as long as nothing is in it that needs it. */
  readonly layer: number | undefined
  /** Whether a package or a recipe has it, and not only something in it. */
  readonly isExplicit: boolean
}

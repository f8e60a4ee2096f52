import { accounts } from './accounts.ts'
import { alternatives } from './alternatives.ts'
import { certificates } from './certificates/certificates.ts'
import { libraryCache } from './library-cache.ts'
import { mergedUsr } from './merged-usr.ts'
import { nameService } from './name-service.ts'
import { packageMetadata } from './package-metadata.ts'
import type { Provider } from './provider.ts'
import { recipeFiles } from './recipe-files.ts'

/** What makes files, by when it is asked. */
export interface Providers {
  /** Before anything is placed. */
  readonly root: readonly Provider[]
  /** In the order in which they are placed: what the recipe says takes the place of what was made before. */
  readonly layer: readonly Provider[]
  /** What is made of all that is in the image. */
  readonly final: readonly Provider[]
}

/** For images whose packages' scripts are not run. */
export const providersInPlaceOfScripts: Providers = {
  root: [mergedUsr],
  layer: [nameService, accounts, alternatives, recipeFiles],
  final: [certificates, libraryCache, packageMetadata],
}

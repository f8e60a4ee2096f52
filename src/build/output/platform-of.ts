import type { Platform } from '../../image/descriptor.ts'
import { hostPlatform } from '../../image/platform.ts'
import type { AssembledImages } from '../assemble-images.ts'

/** Which image of an index those get who know no indexes. */
export function platformOfAssembled({ images }: AssembledImages): Platform {
  return images[0]?.platform ?? hostPlatform()
}

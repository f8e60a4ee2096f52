import type { EvaluatedStage } from '../../dockerfile/evaluated.ts'
import type { ImageConfig } from '../../image/config.ts'

/**
 * Which layer of an image each instruction of its last stage made (image-spec, config.md, "history"); undefined for those that made none.
 *
 * @returns undefined where the history is not that of the stage
 */
export function layersOfStage(
  { instructions }: Pick<EvaluatedStage, 'instructions'>,
  { history = [], rootfs }: ImageConfig,
): readonly (number | undefined)[] | undefined {
  const own = history.slice(-instructions.length)
  if (instructions.length === 0 || own.length < instructions.length) return undefined
  const isSame = own.every((entry, index) => {
    const [keyword = ''] = (entry.created_by ?? '').split(' ')
    return keyword.toLowerCase() === instructions[index]?.kind
  })
  if (!isSame) return undefined
  let next = rootfs.diff_ids.length - own.filter(({ empty_layer }) => empty_layer !== true).length
  return own.map(({ empty_layer }) => {
    if (empty_layer === true) return undefined
    next += 1
    return next - 1
  })
}

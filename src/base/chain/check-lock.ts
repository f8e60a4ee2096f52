import { BaseError } from '../errors.ts'
import type { BaseLock, BaseSourceOptions } from '../lock.ts'
import { requestTexts } from '../locking/resolve-link.ts'
import type { RecipeChain } from '../recipe.ts'
import { settingsOf, suiteName } from './settings.ts'

/**
 * Checks that a lock was made for this recipe as it is now.
 *
 * @throws BaseError `lock-differs`
 */
export function checkLock(lock: BaseLock, chain: RecipeChain, options: BaseSourceOptions): void {
  const settings = settingsOf(chain)
  const suite = options.suite === undefined ? settings.suite : suiteName(options.suite)
  if (lock.suite !== suite) throw differs(`it is for ${lock.suite}, and not for ${suite}`)
  const has = lock.images.map(({ architecture }) => architecture)
  const missing = (options.architectures ?? settings.architectures).find((each) => !has.includes(each))
  if (missing !== undefined) throw differs(`it has no packages for ${missing}, but for ${has.join(', ')}`)
  const wanted = chain.links.map((link) => [link.name, ...requestTexts(link)].join(' '))
  for (const { layers } of lock.images) {
    const locked = layers.map(({ name, requests }) => [name, ...requests].join(' '))
    const [now, then] = [wanted.find((each) => !locked.includes(each)), locked.find((each) => !wanted.includes(each))]
    if (now !== undefined) throw differs(`the recipe asks for "${now}" now, and the lock has "${then ?? 'nothing'}"`)
    if (then !== undefined) throw differs(`it has "${then}", which the recipe does not ask for`)
  }
}

function differs(why: string): BaseError {
  return new BaseError('lock-differs', `the lock does not fit the recipe: ${why}`, {
    hint: 'Choose the packages anew with --update.',
  })
}

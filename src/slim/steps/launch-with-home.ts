import { findUser, homeOf } from '../../image/user.ts'
import type { PlannedLaunch } from '../launch-command.ts'
import type { Situation } from './situation.ts'

/**
 * A program that keeps something in its user's home finds it there also as a user that has none: then HOME is a variable of the image. The
 * folder is given to that user with all else that the app writes to.
 *
 * @param isSame whether the slim image runs as the same user
 */
export function launchWithHome(
  { source, accounts, launch, writablePaths }: Pick<Situation, 'source' | 'accounts' | 'launch' | 'writablePaths'>,
  isSame: boolean,
): PlannedLaunch {
  const { User, Env } = source.image.config.config ?? {}
  const user = findUser(User ?? '', accounts)
  if (isSame || 'unknown' in user || (Env ?? []).some((word) => word.startsWith('HOME='))) return launch
  const home = homeOf(user.uid, accounts)
  const isUsed = writablePaths.some((path) => path === home || path.startsWith(`${home}/`))
  if (home === '/' || !isUsed) return launch
  return { ...launch, environment: new Map([...launch.environment, ['HOME', home]]) }
}

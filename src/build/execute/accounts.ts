import { findUser, type AccountFiles, type ImageUser } from '../../image/user.ts'
import { BuildError } from '../errors.ts'

/** Who a user is. @throws BuildError `unknown-user` */
export function userOf(text: string, accounts: AccountFiles): ImageUser {
  const found = findUser(text, accounts)
  if (!('unknown' in found)) return found
  const file = found.unknown === 'user' ? '/etc/passwd' : '/etc/group'
  throw new BuildError(
    'unknown-user',
    `there is no ${found.unknown} ${JSON.stringify(found.name)} in ${file} of the image`,
    {
      hint: 'Add it in a RUN before, or give its number.',
    },
  )
}

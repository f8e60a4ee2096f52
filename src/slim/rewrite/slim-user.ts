import { findUser, type AccountFiles } from '../../image/user.ts'
import type { CopyOwner } from '../copy-plan.ts'

/** A user without rights that no system gives to anybody: distroless images have it as `nonroot`. */
const nobody = 65532

/** Whom the slim image runs as: by numbers, so that no file has to say who that is. */
export interface SlimUser extends CopyOwner {
  /** For USER. */
  readonly text: string
  readonly comment: string | undefined
}

/**
 * The image's own user where it is not root; otherwise one without rights, unless root is required.
 *
 * @param rootReason why root is required; undefined where it is not.
 */
export function slimUser(user: string, accounts: AccountFiles, rootReason: string | undefined): SlimUser {
  if (rootReason !== undefined) return { uid: 0, gid: 0, text: '0:0', comment: `Root: ${rootReason}` }
  const found = findUser(user, accounts)
  if ('unknown' in found || found.uid === 0) {
    return {
      uid: nobody,
      gid: nobody,
      text: `${nobody}:${nobody}`,
      comment: 'Not root, and by number: no file has to name it',
    }
  }
  const { uid, gid, additionalGids } = found
  if (/^\d+(?::\d+)?$/.test(user)) return { uid, gid, text: user, comment: undefined }
  // With a group, further groups are not looked for.
  const hasFurther = additionalGids.some((each) => each !== gid)
  const text = hasFurther ? `${uid}` : `${uid}:${gid}`
  return { uid, gid, text, comment: `${user} by number: no file has to name it` }
}

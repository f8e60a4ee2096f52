import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import { BuildError } from '../errors.ts'

/** Says of what the system says about a file of the build cache that the cache cannot be used. */
export async function cacheFailure<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    const code = systemErrorCode(cause)
    if (code === undefined) throw cause
    const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'Make room, or choose another cache folder.' : undefined
    const message = `the build cache ${path} cannot be used: ${errorMessage(cause)}`
    throw new BuildError('build-cache-unusable', message, { cause, hint })
  }
}

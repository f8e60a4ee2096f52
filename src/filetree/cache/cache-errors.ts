import { errorMessage, OperationError, systemErrorCode } from '../../std/errors.ts'
import { FileTreeError } from '../errors.ts'

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space, or prune the layer cache.',
  EDQUOT: 'The disk quota is used up. Free some space, or prune the layer cache.',
  EACCES: 'Give yourself the right to write there, or choose another folder.',
  EPERM: 'Give yourself the right to write there, or choose another folder.',
  EROFS: 'It is on a read-only file system. Choose another folder.',
}

/** Does something in the cache folder. @throws FileTreeError `cache-unusable` instead of system errors. */
export async function inCache<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined || error instanceof OperationError) throw error
    throw new FileTreeError('cache-unusable', `the layer cache ${directory} cannot be used: ${errorMessage(error)}`, {
      cause: error,
      hint: hints[code],
    })
  }
}

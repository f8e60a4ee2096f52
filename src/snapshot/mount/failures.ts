import { statfs } from 'node:fs/promises'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import { SnapshotError } from '../errors.ts'
import { OptionsTooLongError } from './mount-overlay.ts'

const overlayMagic = 0x794c7630

/** A failed mount of the overlay whose upper directory is in `folder`. */
export async function asMountError(error: unknown, folder: string): Promise<SnapshotError> {
  const options = { cause: error, hint: await hintOf(error, folder) }
  return new SnapshotError('cannot-mount', `the layers cannot be mounted: ${errorMessage(error)}`, options)
}

async function hintOf(error: unknown, folder: string): Promise<string> {
  if (error instanceof OptionsTooLongError) {
    return 'The image has more layers than this kernel can put over each other: 999, and before Linux 6.5 about as many. Build it with fewer.'
  }
  const code = systemErrorCode(error)
  if (code === 'ENODEV') return 'This kernel has no overlayfs: `modprobe overlay` may help.'
  if (code === 'EPERM') return 'This process may not mount. `wherry doctor` tells what is missing.'
  return (await isOnOverlay(folder))
    ? `${folder} is on overlayfs, which overlayfs cannot write to. Use a folder on another file system, such as a tmpfs.`
    : 'The folder for what is written may be on a file system that overlayfs cannot write to: try one on ext4, xfs, btrfs or tmpfs.'
}

async function isOnOverlay(folder: string): Promise<boolean> {
  try {
    return (await statfs(folder)).type === overlayMagic
  } catch {
    return false
  }
}

/** A system error while layers were unpacked or folders made; anything else as it is. */
export async function asWriteError(error: unknown, layersDirectory: string): Promise<unknown> {
  const code = systemErrorCode(error)
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code) || !isSystemError(error)) return error
  let hint = 'Check that the folders for layers and for what is written can be written to.'
  if (code === 'ENOSPC' || code === 'EDQUOT') hint = 'The disk is full. `wherry prune` frees what no image needs.'
  else if (code === 'EPERM' && (await isOnOverlay(layersDirectory))) {
    hint = `${layersDirectory} is on overlayfs, where layers cannot be unpacked. Use a store on another file system, such as a volume.`
  }
  return new SnapshotError('cannot-write', `the layers cannot be made ready: ${errorMessage(error)}`, {
    cause: error,
    hint,
  })
}

/** Of Node or of a system call of our own: other errors with codes are operations' own. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'Error' || error.name === 'SystemCallError')
}

/** A system error while what was written is read. */
export function asReadError(error: unknown): unknown {
  if (systemErrorCode(error) === undefined || !isSystemError(error)) return error
  const hint = 'Something may still write there, or a path is longer than 4096 bytes.'
  return new SnapshotError('cannot-read', `what was written cannot be read: ${errorMessage(error)}`, {
    cause: error,
    hint,
  })
}

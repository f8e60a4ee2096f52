import { closeSync } from 'node:fs'
import {
  attachMount,
  createFileSystem,
  fileSystemMessages,
  openFileSystem,
  openMount,
  setFileSystemOption,
} from '../../std/syscalls-mount.ts'
import { descriptorPath } from './descriptor-path.ts'

/**
 * Mounts a metadata image over the tars that have its data. It lets nobody use devices or become somebody else; overlayfs above it
 * decides that anew.
 *
 * @throws the system's error, with what the kernel said in its message.
 */
export function mountErofs(
  image: { readonly descriptor: number; readonly devices: readonly { readonly tarDescriptor: number }[] },
  target: string,
): void {
  const context = openFileSystem('erofs')
  try {
    setFileSystemOption(context, 'source', descriptorPath(image.descriptor))
    for (const { tarDescriptor } of image.devices) {
      setFileSystemOption(context, 'device', descriptorPath(tarDescriptor))
    }
    createFileSystem(context)
    attach(context, target, ['readOnly', 'noSetuid', 'noDevices'])
  } catch (error) {
    throw withMessages(error, context)
  } finally {
    closeSync(context)
  }
}

/** Gives a file system that was created its place. */
export function attach(context: number, target: string, attributes: Parameters<typeof openMount>[1]): void {
  const mounted = openMount(context, attributes)
  try {
    attachMount(mounted, target)
  } finally {
    closeSync(mounted)
  }
}

/** Adds what the kernel said of a mount that failed. */
export function withMessages(error: unknown, context: number): unknown {
  const messages = fileSystemMessages(context)
  if (error instanceof Error && messages.length > 0) error.message += ` (${messages.join('; ')})`
  return error
}

/**
 * A short path of an open file, for options of mounts: those hold 255 bytes, and files may be anywhere or have no name any more.
 */
export function descriptorPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`
}

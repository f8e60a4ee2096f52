import { posix } from 'node:path'

/** A path of the image, absolute and without `.` and `..`. Undefined where it is relative to a folder that is not known. */
export function resolvePath(workingDirectory: string | undefined, path: string): string | undefined {
  if (path.startsWith('/')) return posix.normalize(path)
  return workingDirectory === undefined ? undefined : posix.join(workingDirectory, path)
}

/** Whether a path is a folder or in it. Both absolute and normal. */
export function isWithin(path: string, folder: string): boolean {
  const inner = folder.endsWith('/') ? folder : `${folder}/`
  return path === folder || `${path}/` === inner || path.startsWith(inner)
}

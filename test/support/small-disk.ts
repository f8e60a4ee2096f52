import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '../../src/std/temporary.ts'

/** A file system of few bytes, in memory. It goes when it is disposed of. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  remount(options: string): void
}

/** Mounts one. */
export async function smallDisk(sizeBytes: number): Promise<SmallDisk> {
  await using owned = new AsyncDisposableStack()
  const folder = owned.use(await temporaryDirectory())
  const path = join(folder.path, 'disk')
  await mkdir(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path])
  owned.defer(() => void execFileSync('umount', [path]))
  const moved = owned.move()
  return {
    path,
    remount: (options) => void execFileSync('mount', ['-o', `remount,${options}`, path]),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** Why there can be none here, as the `skip` option of a test; false where there can. */
export function whyNoSmallDisk(): string | false {
  if (process.getuid?.() !== 0) return 'only root can mount a small disk'
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return false
  } catch {
    return 'mounting is not allowed here'
  }
}

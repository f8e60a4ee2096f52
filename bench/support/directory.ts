import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'

/** Memory: what is measured there is the program and not the disk. */
const memoryFolder = '/dev/shm'

/**
 * A folder for everything that a benchmark writes: under `--dir`, or else in memory where there is room, or else where
 * temporary files go. All contenders use this one.
 */
export async function benchmarkDirectory(neededBytes: number): Promise<TemporaryDirectory> {
  const { values } = parseArgs({ options: { dir: { type: 'string' } }, strict: false })
  const parent =
    typeof values.dir === 'string' ? values.dir : (await hasRoom(memoryFolder, neededBytes)) ? memoryFolder : tmpdir()
  if (!(await hasRoom(parent, neededBytes))) {
    throw new Error(`${parent} has no room for ${Math.ceil(neededBytes / 1e6)} MB; choose another folder with --dir`)
  }
  console.log(`in ${parent}, ${await fileSystemName(parent)}`)
  return temporaryDirectory(parent)
}

async function hasRoom(folder: string, neededBytes: number): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize > neededBytes
  } catch {
    return false
  }
}

/** By the magic numbers of statfs(2). */
async function fileSystemName(folder: string): Promise<string> {
  const { type } = await statfs(folder)
  const names = new Map([
    [0x01021994, 'tmpfs'],
    [0xef53, 'ext4'],
    [0x9123683e, 'btrfs'],
    [0x58465342, 'xfs'],
    [0x794c7630, 'overlay'],
  ])
  return names.get(type) ?? `file system 0x${type.toString(16)}`
}

import { open, type FileHandle } from 'node:fs/promises'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { CommandContext } from '../context.ts'
import { CliError, wrongUsage } from '../errors.ts'
import { openLocalStore } from '../local-store.ts'
import type { Output } from '../output.ts'
import { findContainer } from './find-container.ts'
import { containersFolder, isRunning, listContainers, logOf } from './running/registry.ts'

const pauseMs = 50
const blockBytes = 64 * 1024
const lineBreak = 0x0a

/** What is to be shown of a log. */
export interface LogWishes {
  readonly follow: boolean
  readonly tail: string | undefined
}

/**
 * Prints what a container in the background has written.
 *
 * @throws ImageError `not-found`; CliError `wrong-usage`, `file-failed`
 */
export async function showLog(word: string, { follow, tail }: LogWishes, context: CommandContext): Promise<void> {
  const { job, output } = context
  const lines = linesOf(tail)
  await using store = await openLocalStore(context)
  const known = await listContainers(containersFolder(store))
  const { folder } = findContainer(
    word,
    known.toSorted((a, b) => Number(b.isRunning) - Number(a.isRunning)),
    'that is known',
  )
  await using file = await openLog(folder, word)
  let offset = lines === undefined ? 0 : await startOfLast(lines, file)
  for (;;) {
    // Asked before the file is read: what is written until the end is in it then.
    const goesOn = follow && (await isRunning(folder))
    offset = await copyFrom(offset, file, output, job)
    if (!goesOn) return
    await job.clock.sleep(pauseMs, job.signal)
  }
}

function linesOf(tail: string | undefined): number | undefined {
  if (tail === undefined || tail === 'all') return undefined
  if (!/^\d{1,15}$/.test(tail))
    wrongUsage(`--tail ${tail}: it is no number of lines`, 'Write --tail 20, or --tail all.')
  return Number(tail)
}

async function openLog(folder: string, word: string): Promise<FileHandle> {
  try {
    return await open(logOf(folder))
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ENOENT') throw cause
    throw new CliError('file-failed', `${word} has no log`, {
      cause,
      hint: 'It is run in a terminal: only what wherry run --detach starts has one.',
    })
  }
}

/** @returns where the file ends now. */
async function copyFrom(start: number, file: FileHandle, output: Output, job: Job): Promise<number> {
  for (let offset = start; ;) {
    job.signal.throwIfAborted()
    const block = await readBlock(file, offset, blockBytes)
    if (block.length === 0) return offset
    await output.write(block)
    offset += block.length
  }
}

/** Where the last lines begin, read from the end. A last line may have no end. */
async function startOfLast(lines: number, file: FileHandle): Promise<number> {
  const { size } = await file.stat()
  let missing = lines
  if (missing === 0) return size
  for (let end = size; end > 0;) {
    const begin = Math.max(0, end - blockBytes)
    const block = await readBlock(file, begin, end - begin)
    for (let at = block.lastIndexOf(lineBreak); at !== -1; at = at === 0 ? -1 : block.lastIndexOf(lineBreak, at - 1)) {
      const isLast = begin + at === size - 1
      if (!isLast && (missing -= 1) === 0) return begin + at + 1
    }
    end = begin
  }
  return 0
}

async function readBlock(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}

import { closeSync, constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { makeTerminalRaw, openTerminal, setTerminalSize } from '../../std/syscalls-process.ts'
import type { ProcessStreams } from '../process-spec.ts'
import { feed, handOn, type ProcessEnds } from './process-ends.ts'

/** Ctrl-D at the beginning of a line. */
const endOfInput = Buffer.from([0x04])

/**
 * A terminal in place of pipes: all output comes as `stdout`. The end of the input is told as a person would, by Ctrl-D.
 *
 * @param isRaw for a runner that makes another terminal inside, which does what terminals do.
 */
export function openTerminalEnds(
  streams: ProcessStreams,
  size: { readonly columns: number; readonly rows: number },
  isRaw: boolean,
): ProcessEnds {
  const { master, slavePath } = openTerminal()
  setTerminalSize(master, size.columns, size.rows)
  if (isRaw) makeTerminalRaw(master)
  const slave = openSync(slavePath, constants.O_RDWR | constants.O_NOCTTY)
  const socket = new ReadStream(master)
  let isOpen = true
  const drained = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isOpen = false
      resolve()
    })
  })
  // EIO is how the end of a terminal is told: the last process that had it open is gone.
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  return {
    stdio: [slave, slave, slave],
    closeTheirs: () => closeSync(slave),
    connect() {
      handOn(socket, 'stdout', streams.output)
      if (streams.input !== undefined) void feed(socket, streams.input, () => socket.write(endOfInput))
    },
    drained,
    resize(columns, rows) {
      if (isOpen) setTerminalSize(master, columns, rows)
    },
    destroy: () => socket.destroy(),
  }
}

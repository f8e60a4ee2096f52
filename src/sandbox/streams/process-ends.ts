import type { Socket } from 'node:net'
import type { ByteStream } from '../../std/bytes.ts'
import type { ProcessStreams } from '../process-spec.ts'

/** What a process is given as standard input, output and error, and our ends of it. */
export interface ProcessEnds {
  /** For `stdio` of a child process. */
  readonly stdio: readonly (number | 'ignore')[]
  /** To be called when the child has its ends. */
  closeTheirs(): void
  /** Begins to hand on what is read and written. */
  connect(): void
  /** When nobody can write any more and everything was handed on. */
  readonly drained: Promise<void>
  /** The size of a terminal; nothing where there is none. */
  resize(columns: number, rows: number): void
  /** Ends the handing on. */
  destroy(): void
}

/** Hands on what a process writes, as fast as it is taken. */
export function handOn(socket: Socket, stream: 'stdout' | 'stderr', output: ProcessStreams['output']): void {
  socket.on('data', (chunk: Buffer) => {
    const taken = output(chunk, stream)
    if (!(taken instanceof Promise)) return
    socket.pause()
    void taken.then(() => socket.resume())
  })
}

/** Writes what a process is to read, as fast as it reads. `atEnd` is done when that is all. */
export async function feed(socket: Socket, input: ByteStream, atEnd: () => void): Promise<void> {
  try {
    for await (const chunk of input) {
      if (socket.destroyed) return
      if (!socket.write(chunk)) await writable(socket)
    }
    atEnd()
  } catch {
    // What it reads from failed: it sees the end of its input.
    atEnd()
  }
}

function writable(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve)
    socket.once('close', resolve)
  })
}

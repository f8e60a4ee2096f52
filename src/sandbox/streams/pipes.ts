import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { createPipe } from '../../std/syscalls-process.ts'
import type { ProcessStreams } from '../process-spec.ts'
import { feed, handOn, type ProcessEnds } from './process-ends.ts'

/** True pipes: programs open `/dev/stdout` anew, which nobody can with the sockets that Node makes. */
export function openPipes(streams: ProcessStreams): ProcessEnds {
  const [input, stdout, stderr] = [streams.input === undefined ? undefined : createPipe(), createPipe(), createPipe()]
  const theirs = [...(input === undefined ? [] : [input.read]), stdout.write, stderr.write]
  const sockets = [socketOf(stdout.read, 'read'), socketOf(stderr.read, 'read')] as const
  const inputSocket = input === undefined ? undefined : socketOf(input.write, 'write')
  const drained = Promise.all(sockets.map(closed)).then(() => undefined)
  return {
    stdio: [input?.read ?? 'ignore', stdout.write, stderr.write],
    closeTheirs: () => theirs.forEach((descriptor) => closeSync(descriptor)),
    connect() {
      const [out, error] = sockets
      handOn(out, 'stdout', streams.output)
      handOn(error, 'stderr', streams.output)
      if (inputSocket !== undefined && streams.input !== undefined) {
        void feed(inputSocket, streams.input, () => inputSocket.end())
      }
    },
    drained,
    resize: () => undefined,
    destroy() {
      for (const each of sockets) each.destroy()
      inputSocket?.destroy()
    },
  }
}

function socketOf(descriptor: number, way: 'read' | 'write'): Socket {
  const socket = new Socket({ fd: descriptor, readable: way === 'read', writable: way === 'write' })
  // A process that ends without reading all is no failure.
  socket.on('error', () => undefined)
  return socket
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.once('end', () => socket.destroy())
  })
}

import type { ProcessStreams } from '../process-spec.ts'

type Output = ProcessStreams['output']

/** Keeps apart what a runner says before there is a process, and what the process says. */
export interface OutputGate {
  readonly output: Output
  /** Hands on what was kept, if there is a process by now. @returns what was kept where there never was one. */
  close(): string
}

const lookIntervalMs = 10

/**
 * What comes is kept until the process is there, and handed on then. A runner may tell of it a little later than the process first writes,
 * so what was kept is looked at again.
 */
export function openOutputGate(output: Output, isThere: () => boolean): OutputGate {
  const kept: { readonly chunk: Uint8Array; readonly stream: 'stdout' | 'stderr' }[] = []
  let isOpen = false
  let timer: NodeJS.Timeout | undefined
  const look = (): boolean => {
    isOpen ||= isThere()
    if (!isOpen) return false
    clearInterval(timer)
    for (const { chunk, stream } of kept.splice(0)) void output(chunk, stream)
    return true
  }
  return {
    output(chunk, stream) {
      if (look()) return output(chunk, stream)
      kept.push({ chunk, stream })
      timer ??= setInterval(look, lookIntervalMs)
      return undefined
    },
    close() {
      clearInterval(timer)
      return look() ? '' : Buffer.concat(kept.map(({ chunk }) => chunk)).toString()
    },
  }
}

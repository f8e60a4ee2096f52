import type { ProgressView } from './progress-view.ts'

/** Every event as one line of JSON, as it is in `std/events.ts`, with the `time` (RFC 3339) put before it. */
export function rawJsonView(writeLine: (line: string) => void, now: () => number): ProgressView {
  return {
    emit: (event) => writeLine(JSON.stringify({ time: new Date(now()).toISOString(), ...event })),
    clear: () => undefined,
    close: () => undefined,
  }
}

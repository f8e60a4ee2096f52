import type { ProgressEvent } from '../../std/events.ts'

/** Shows the progress of a job to somebody. */
export interface ProgressView {
  emit(event: ProgressEvent): void
  /** Makes room for something else to be printed. */
  clear(): void
  /** Leaves the terminal as it was. May be called twice; nothing is shown after it. */
  close(): void
}

export const quietView: ProgressView = { emit: () => undefined, clear: () => undefined, close: () => undefined }

/**
 * What a job tells while it runs. Events are for people and dashboards: dropping every one of them changes no result.
 *
 * A task is one piece of work with a beginning and an end, such as the download of a blob. Its `id` is unique in the job.
 */
export type ProgressEvent =
  | {
      readonly type: 'task-started'
      readonly id: string
      readonly title: string
      /** How many bytes the task will move, where that is known. */
      readonly totalBytes: number | undefined
      /** A `step` of a build: what its program says and how long it takes count more than bytes. */
      readonly kind?: 'step'
    }
  /** `bytes` is the count so far, not the step; it may go back when a transfer starts over. */
  | { readonly type: 'task-progress'; readonly id: string; readonly bytes: number }
  /** What a program says that the task runs, as it comes: whole lines or parts of lines, not made safe for a terminal. */
  | { readonly type: 'task-output'; readonly id: string; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** `outcome` says how in a word or two: `downloaded`, `already there`, `mounted from library/debian`; of a step `cached`. */
  | { readonly type: 'task-done'; readonly id: string; readonly outcome: string }
  | { readonly type: 'task-failed'; readonly id: string; readonly message: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly message: string }

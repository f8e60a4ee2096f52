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
    }
  /** `bytes` is the count so far, not the step; it may go back when a transfer starts over. */
  | { readonly type: 'task-progress'; readonly id: string; readonly bytes: number }
  /** `outcome` says how in a word or two: `downloaded`, `already there`, `mounted from library/debian`. */
  | { readonly type: 'task-done'; readonly id: string; readonly outcome: string }
  | { readonly type: 'task-failed'; readonly id: string; readonly message: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly message: string }

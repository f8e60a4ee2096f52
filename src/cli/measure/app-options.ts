import { runOptions } from '../run/options.ts'

/** What may be said of how an app is started and asked, where one is made slim and where two are compared. */
export const appOptions = {
  probe: {
    kind: 'list',
    value: 'REQUEST',
    summary: 'Ask this in place of the usual: "GET /users?id=1", "POST /users {...}"',
  },
  'ready-timeout': {
    kind: 'text',
    value: 'SECONDS',
    summary: 'How long the app may take until it listens, or ends; by default 30',
  },
  env: runOptions.env,
  'env-file': runOptions['env-file'],
} as const

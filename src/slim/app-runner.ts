import { findProgram } from '../sandbox/find-runtime.ts'
import type { AppRunner, AppRunnerOptions } from './app-session.ts'
import { startSession } from './observe/start-session.ts'

/** Who is traced is slow to end. */
const stopMs = 2000

/** Runs apps in containers of a host. */
export function createAppRunner(options: AppRunnerOptions): AppRunner {
  return {
    start: (launch, job) => startSession(launch, options, launch.isObserved ? 'opened' : undefined, job),
    async findMissing(launch, drive, job) {
      if (findProgram('strace', options.searchPath) === undefined) return undefined
      await using app = await startSession(launch, options, 'missing', job)
      await drive(app)
      await app.stop(stopMs)
      return await app.missing(job)
    },
  }
}

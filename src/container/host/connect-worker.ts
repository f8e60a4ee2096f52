import type { Job } from '../../std/job.ts'
import { Connection } from './connection.ts'
import type { StartedWorker } from './start-worker.ts'

/** Waits until a process listens, and tells it where it works. @throws ContainerError `host-ended` */
export async function connectWorker(
  { child, ready, ended }: StartedWorker,
  settings: { readonly layersDirectory: string; readonly scratchDirectory: string },
  job: Job,
): Promise<Connection> {
  const connection = new Connection(child, (level, message) => job.emit({ type: 'notice', level, message }))
  void ended.then((error) => connection.end(error))
  await Promise.race([ready, ended.then((error) => Promise.reject(error))])
  connection.send({ type: 'settings', ...settings, limits: job.limits })
  return connection
}

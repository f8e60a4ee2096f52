/** A thread with a slow line: opens ports that lead over it. */
import { parentPort, workerData } from 'node:worker_threads'
import { array, number, object, optional, parse, string } from 'valibot'
import { errorMessage } from '../std/errors.ts'
import { createJob } from '../std/job.ts'
import { confineThread } from '../std/processors.ts'
import { SlowLine } from './throttle/slow-line.ts'

const { link, processors } = parse(
  object({
    link: object({ bytesPerSecond: optional(number()), latencyMs: number() }),
    processors: array(number()),
  }),
  workerData,
)
const requestSchema = object({ id: number(), host: string(), port: number() })

confineThread(processors)
const line = new SlowLine({ bytesPerSecond: link.bytesPerSecond, latencyMs: link.latencyMs }, createJob())
parentPort?.on('message', (message: unknown) => {
  const { id, host, port } = parse(requestSchema, message)
  line.listen(host, port).then(
    (opened) => parentPort?.postMessage({ id, port: opened }, []),
    (error: unknown) => parentPort?.postMessage({ id, failure: errorMessage(error) }, []),
  )
})

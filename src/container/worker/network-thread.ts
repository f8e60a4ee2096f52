/** A thread in the network of a container: begins connections there, and hands their sockets to the thread that asks. */
import { parentPort, workerData } from 'node:worker_threads'
import { number, object, parse, string } from 'valibot'
import { errorMessage } from '../../std/errors.ts'
import { beginConnection, enterNetwork } from '../../std/syscalls-network.ts'

const settings = parse(object({ namespaceFile: string() }), workerData)
const requestSchema = object({ id: number(), address: string(), port: number() })

enterNetwork(settings.namespaceFile)
parentPort?.on('message', (message: unknown) => {
  const { id, address, port } = parse(requestSchema, message)
  try {
    parentPort?.postMessage({ id, descriptor: beginConnection(address, port) }, [])
  } catch (error) {
    parentPort?.postMessage({ id, failure: errorMessage(error) }, [])
  }
})

/** A thread that brings the loopback of a network up, and ends. */
import { workerData } from 'node:worker_threads'
import { object, parse, string } from 'valibot'
import { enterNetwork } from '../../std/syscalls-network.ts'
import { raiseLoopback } from '../../std/syscalls-process.ts'

enterNetwork(parse(object({ namespaceFile: string() }), workerData).namespaceFile)
raiseLoopback()

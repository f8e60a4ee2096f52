/** A thread that indexes layers whose bytes another thread fetches. */
import { parentPort, type MessagePort } from 'node:worker_threads'
import { parse } from 'valibot'
import { createJob } from '../../std/job.ts'
import { createLayerReader } from './layer-reader.ts'
import { beginningSchema, requestSchema, type Answer, type Beginning } from './messages.ts'

parentPort?.on('message', (message: unknown) => readLayer(parse(beginningSchema, message)))

function readLayer({ port, directory, compression, limits }: Beginning): void {
  const giveUp = new AbortController()
  const reader = createLayerReader({ directory, compression }, createJob({ limits, signal: giveUp.signal }))
  port.on('message', (message: unknown) => {
    const request = parse(requestSchema, message)
    switch (request.type) {
      case 'bytes': {
        const { bytes } = request
        return void reader.push(bytes).then(() => answer({ type: 'taken', bytes: bytes.length }, port))
      }
      case 'end':
        return reader.end()
      case 'drop':
        giveUp.abort()
        return void answerAfter(reader[Symbol.asyncDispose](), port)
      case 'finish':
        return void answerAfter(reader.finish(), port)
    }
  })
}

async function answerAfter(work: PromiseLike<void>, port: MessagePort): Promise<void> {
  try {
    await work
  } finally {
    answer({ type: 'done' }, port)
  }
}

function answer(told: Answer, port: MessagePort): void {
  port.postMessage(told, [])
}

/** What runs in a worker thread: compresses one block after the other. */
import { parentPort } from 'node:worker_threads'
import { compressBlock, type Block } from './block.ts'

parentPort?.on('message', (block: Block) => {
  const bytes = compressBlock(block)
  parentPort?.postMessage(bytes, [bytes.buffer])
})

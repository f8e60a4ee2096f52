/** What runs in a worker thread: compresses one block after the other. */
import { parentPort } from 'node:worker_threads'
import { compressBlock, type Block, type CompressedBlock } from './block.ts'

parentPort?.on('message', (block: Block) => {
  const compressed = compressBlock(block)
  const answer: CompressedBlock = { bytes: compressed, input: block.bytes.buffer }
  parentPort?.postMessage(answer, [compressed.buffer, answer.input])
})

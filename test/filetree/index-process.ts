/**
 * Indexes the layer whose tar is at a path: `index-process.ts CACHE TAR [BYTES]`. Prints what is in it. With BYTES it prints
 * `waiting` when it has read that many, and goes no further.
 */
import { readFile } from 'node:fs/promises'
import { indexLayer } from '../../src/filetree/index-layer.ts'
import { createJob } from '../../src/std/job.ts'
import { describeLayer, layerOfTar } from '../support/layers.ts'

const [directory = '', tarPath = '', waitAfter] = process.argv.slice(2)
const layer = layerOfTar(await readFile(tarPath))
await using indexed = await indexLayer({ ...layer, openTar }, directory, createJob())
process.stdout.write(describeLayer(indexed.index).join('\n'))

async function* openTar(): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of layer.openTar(createJob())) {
    if (waitAfter !== undefined && bytes >= Number(waitAfter)) await wait()
    bytes += chunk.length
    yield chunk
  }
  if (waitAfter !== undefined) await wait()
}

async function wait(): Promise<void> {
  process.stdout.write('waiting')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}

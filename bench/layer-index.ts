/** Indexing a layer and looking into it, beside hashing alone and beside unpacking with GNU tar. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { TarContent } from '../src/archive/tar-entry.ts'
import { writeTar } from '../src/archive/tar-writer.ts'
import { openFileTree, type FileTree } from '../src/filetree/file-tree.ts'
import { indexLayer } from '../src/filetree/index-layer.ts'
import { DigestHasher } from '../src/image/digest.ts'
import type { Layer } from '../src/image/image.ts'
import { mediaTypes } from '../src/image/media-type.ts'
import { byteStream } from '../src/std/bytes.ts'
import { createJob } from '../src/std/job.ts'
import { directory as directoryItem, file as fileItem, type LayerItem } from '../test/support/layers.ts'
import { runChild } from './support/child.ts'
import { contest, timed } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { printMachine, printResults } from './support/report.ts'

const job = createJob()
const rounds = 5
const lookUps = 10_000

printMachine()
await using folder = await benchmarkDirectory(2e9)
const tarPath = join(folder.path, 'layer.tar')
const cache = join(folder.path, 'cache')
const unpacked = join(folder.path, 'unpacked')

const layer = await writeLayer(28_000, 13_000)
await compareMaking(layer)
await compareLooking(layer)
await compareLooking(await writeLayer(300_000, 0))

/** A tar of files in folders of ten. Sizes are from 0 to ten times the mean, most of them small, as in a root file system. */
async function writeLayer(entryCount: number, meanBytes: number): Promise<Layer> {
  const hasher = new DigestHasher()
  await pipeline(async function* () {
    for await (const chunk of writeTar(contents(entryCount, meanBytes), job)) {
      hasher.update(chunk)
      yield chunk
    }
  }, createWriteStream(tarPath))
  const digest = hasher.digest()
  const { size } = await stat(tarPath)
  console.log(`\n${entryCount} entries, ${(size / 1e6).toFixed(0)} MB`)
  return {
    descriptor: { mediaType: mediaTypes.ociLayer, digest, size },
    diffId: digest,
    openTar: () => createReadStream(tarPath, { highWaterMark: 256 * 1024 }),
  }
}

function* contents(entryCount: number, meanBytes: number): Generator<TarContent> {
  const noise = Buffer.alloc(10 * meanBytes, createHash('sha512').update('wherry').digest())
  for (let number = 0; number < entryCount; number += 1) {
    const folder = folderOf(number)
    if (number % 10 === 0) yield contentOf(directoryItem(folder))
    else yield contentOf(fileItem(`${folder}/file-${number}.js`, noise.subarray(0, sizeOf(number, meanBytes))))
  }
}

function folderOf(number: number): string {
  return `usr/lib/package-${Math.floor(number / 200)}/folder-${Math.floor(number / 10)}`
}

function sizeOf(number: number, meanBytes: number): number {
  const chance = ((number * 2_654_435_761) % 2 ** 32) / 2 ** 32
  return Math.min(Math.floor(-Math.log(1 - chance) * 1.1 * meanBytes), 10 * meanBytes)
}

function contentOf({ entry, content }: LayerItem): TarContent {
  return { entry, body: byteStream(content) }
}

async function compareMaking(layer: Layer): Promise<void> {
  const hashing = {
    name: 'reading and sha256',
    run: () =>
      timed(async () => {
        const hash = createHash('sha256')
        for await (const chunk of layer.openTar(job)) hash.update(chunk)
      }),
  }
  const indexing = {
    name: 'wherry: index',
    prepare: () => rm(cache, { recursive: true, force: true }),
    run: () =>
      timed(async () => {
        await using _ = await indexLayer(layer, cache, job)
      }),
  }
  const unpacking = {
    name: 'tar: unpack',
    async prepare() {
      await rm(unpacked, { recursive: true, force: true })
      await mkdir(unpacked)
    },
    run: () => runChild('tar', ['-xf', tarPath, '-C', unpacked]),
  }
  printResults('make', await contest([hashing, indexing, unpacking], rounds), hashing.name)
  await rm(unpacked, { recursive: true })
}

async function compareLooking(layer: Layer): Promise<void> {
  await using tree = await openFileTree({ layers: [layer] }, cache, job)
  const opening = {
    name: 'open the index',
    run: () =>
      timed(async () => {
        await using _ = await openFileTree({ layers: [layer] }, cache, job)
      }),
  }
  const walking = { name: 'walk every entry', run: () => timed(async () => countEntries(tree)) }
  const looking = { name: `${lookUps} look-ups`, run: () => timed(async () => lookUp(tree)) }
  printResults('look', await contest([opening, walking, looking], rounds), opening.name)
  const { size } = await stat(join(tree.layers[0]?.tarPath ?? '', '../index'))
  console.log(`  index ${(size / 1e6).toFixed(1)} MB, ${(size / countEntries(tree)).toFixed(0)} bytes an entry`)
}

function countEntries(tree: FileTree): number {
  let count = 0
  for (const entry of tree.entries()) if (entry.path !== '') count += 1
  return count
}

function lookUp(tree: FileTree): void {
  for (let number = 1; number <= lookUps; number += 1) {
    const name = number * 10 + 1 < 28_000 ? number * 10 + 1 : number
    tree.get(`/${folderOf(name)}/file-${name}.js`)
  }
}

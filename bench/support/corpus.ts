import { createCipheriv, type Cipheriv } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../../tools/source-tree.ts'

const corpusBytes = 16e6

/** Pieces of real code, and noise: the same for the same seed. */
export class Corpus {
  readonly #text = Buffer.concat(sources())
  readonly #cipher: Cipheriv

  constructor(seed: number) {
    this.#cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, seed), Buffer.alloc(16))
  }

  /** Between 0 and 1. */
  fraction(): number {
    return this.noise(4).readUInt32LE(0) / 2 ** 32
  }

  /** Code, cut out anywhere. */
  piece(sizeBytes: number): Buffer {
    const from = Math.floor(this.fraction() * Math.max(0, this.#text.length - sizeBytes))
    return this.#text.subarray(from, from + sizeBytes)
  }

  noise(sizeBytes: number): Buffer {
    return this.#cipher.update(Buffer.alloc(sizeBytes))
  }
}

/** JavaScript and declarations of the packages that the repository itself is made with: some 16 MB of them. */
function sources(): readonly Buffer[] {
  const folder = join(repositoryRoot, 'node_modules')
  const found: Buffer[] = []
  let bytes = 0
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!/\.[cm]?[jt]s$/.test(path) || bytes > corpusBytes) continue
    const content = readFileSync(join(folder, path))
    bytes += content.length
    found.push(content)
  }
  return found
}

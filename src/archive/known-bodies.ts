import { cryptoModule } from '../std/node-modules.ts'

/** A part of a stream that is the content of a file. */
interface Span {
  readonly startBytes: number
  readonly sizeBytes: number
  readonly digest: string
}

/** How many spans that lie behind are kept before they are let go. */
const passedMax = 1024

/**
 * Which parts of a stream are contents of files that are known by their digests, so that what a part of it is can be told without
 * hashing it all. What is noted and what is asked for comes in the order of the stream.
 */
export class KnownBodies {
  #spans: Span[] = []
  #passed = 0

  /** A part of the stream that is about to come. @param digest the same for the same bytes, and for no others */
  note(startBytes: number, sizeBytes: number, digest: string): void {
    if (sizeBytes > 0) this.#spans.push({ startBytes, sizeBytes, digest })
  }

  /**
   * What some bytes of the stream are: SHA-256 of the digests of what is known in them, of where it lies, and of all that is between.
   * Spans that end before them are forgotten.
   *
   * @param startBytes where in the stream they are
   * @param more what else makes a difference
   * @returns in base64
   */
  identify(bytes: Uint8Array, startBytes: number, more: string): string {
    this.#forgetBefore(startBytes)
    const endBytes = startBytes + bytes.length
    const between: Uint8Array[] = []
    let known = ''
    let at = startBytes
    for (let index = this.#passed; index < this.#spans.length; index += 1) {
      const span = this.#spans[index]
      if (span === undefined || span.startBytes >= endBytes) break
      const start = Math.max(span.startBytes, startBytes)
      const end = Math.min(span.startBytes + span.sizeBytes, endBytes)
      between.push(bytes.subarray(at - startBytes, start - startBytes))
      known += `${start - startBytes} ${end - start} ${start - span.startBytes} ${span.digest}\n`
      at = end
    }
    between.push(bytes.subarray(at - startBytes))
    // An empty line ends the text, so that no bytes between can be taken for a part of it.
    const hash = cryptoModule().createHash('sha256').update(`${bytes.length} ${more}\n${known}\n`)
    for (const piece of between) hash.update(piece)
    return hash.digest('base64')
  }

  #forgetBefore(startBytes: number): void {
    for (let span = this.#spans[this.#passed]; span !== undefined; span = this.#spans[this.#passed]) {
      if (span.startBytes + span.sizeBytes > startBytes) break
      this.#passed += 1
    }
    if (this.#passed < passedMax) return
    this.#spans = this.#spans.slice(this.#passed)
    this.#passed = 0
  }
}

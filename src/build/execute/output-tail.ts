import { StringDecoder } from 'node:string_decoder'
import type { Job } from '../../std/job.ts'

const linesMax = 40
const lineCharactersMax = 4000

/** What a step's program says: told on as it comes, with its last lines kept for the message when it fails. */
export class OutputTail {
  /** Of the task that the step is. */
  readonly id: string
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  readonly #lines: string[] = []
  #open = ''

  constructor(id: string) {
    this.id = id
  }

  /** The last lines, an unfinished one too. */
  get lines(): readonly string[] {
    return this.#open === '' ? [...this.#lines] : [...this.#lines, this.#open]
  }

  add(chunk: Uint8Array, stream: 'stdout' | 'stderr', job: Job): void {
    const text = this.#decoders[stream].write(chunk)
    if (text === '') return
    job.emit({ type: 'task-output', id: this.id, stream, text })
    const lines = `${this.#open}${text}`.split('\n')
    this.#open = (lines.pop() ?? '').slice(-lineCharactersMax)
    this.#lines.push(...lines.slice(-linesMax).map((line) => line.slice(0, lineCharactersMax)))
    if (this.#lines.length > linesMax) this.#lines.splice(0, this.#lines.length - linesMax)
  }
}

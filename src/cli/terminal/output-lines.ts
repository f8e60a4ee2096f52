import { stripVTControlCharacters } from 'node:util'
import { printable } from '../../std/printable.ts'

/** More than this without a line break is told in pieces. */
const lineCharactersMax = 4000
const tailLinesMax = 20

/**
 * A line of a program as one can show it: without colours and what moves the cursor; of a line that was written over by carriage
 * returns, as progress bars do it, what stood there last.
 */
export function shownLine(line: string): string {
  const whole = line.replace(/\r+$/, '')
  const last = whole.slice(whole.lastIndexOf('\r') + 1)
  return printable(stripVTControlCharacters(last).replaceAll('\t', '    ')).trimEnd()
}

/** What a program says, as lines that can be shown. What is kept has a bound. */
export class OutputLines {
  readonly #open = { stdout: '', stderr: '' }
  #tail: readonly string[] = []

  /** @returns the lines that are complete now. */
  add(stream: 'stdout' | 'stderr', text: string): readonly string[] {
    const parts = `${this.#open[stream]}${text}`.split('\n')
    this.#open[stream] = parts.pop() ?? ''
    const lines = parts.map(shownLine)
    lines.push(...this.#takeLong(stream))
    this.#tail = [...this.#tail, ...lines].slice(-tailLinesMax)
    return lines
  }

  /** What was said without a line break at its end. */
  end(): readonly string[] {
    const rest = [this.#open.stdout, this.#open.stderr].map(shownLine).filter((line) => line !== '')
    this.#open.stdout = ''
    this.#open.stderr = ''
    return rest
  }

  /** The last lines, those that are not complete too. */
  tail(count: number): readonly string[] {
    const open = [this.#open.stdout, this.#open.stderr].map(shownLine)
    return [...this.#tail, ...open].filter((line) => line !== '').slice(-count)
  }

  /** Of a bar that is drawn over and over only the last counts; other text is cut. */
  #takeLong(stream: 'stdout' | 'stderr'): readonly string[] {
    const open = this.#open[stream]
    if (open.length <= lineCharactersMax) return []
    const drawn = open.replace(/\r+$/, '').lastIndexOf('\r')
    const kept = drawn === -1 ? open : open.slice(drawn + 1)
    this.#open[stream] = kept.length <= lineCharactersMax ? kept : ''
    return kept.length <= lineCharactersMax ? [] : [shownLine(kept)]
  }
}

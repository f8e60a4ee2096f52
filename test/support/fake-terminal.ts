/**
 * A terminal that exists only as text: it obeys the few control sequences that progress bars use, wraps long lines, and
 * tells what a person would see.
 */
export class FakeTerminal {
  size: { readonly columns: number; readonly rows: number }
  cursorVisible = true
  #lines: string[] = ['']
  #row = 0
  #column = 0

  constructor(columns: number, rows: number) {
    this.size = { columns, rows }
  }

  /** Everything from the first line on, without colours, without spaces at the ends of lines. */
  get text(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()
  }

  write(text: string): void {
    // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
    for (const [part] of text.matchAll(/\x1b\[[?]?[0-9;]*[A-Za-z]|[^\x1b]/gu)) {
      if (part.startsWith('\x1b')) this.#obey(part)
      else this.#put(part)
    }
  }

  /** Narrows or widens it, breaking long lines anew as most terminals do. The cursor stays on the text that it was on. */
  resize(columns: number, rows: number): void {
    const before = this.#lines.slice(0, this.#row)
    const after = this.#lines.slice(this.#row)
    const split = (line: string): string[] =>
      line.length <= columns
        ? [line]
        : Array.from({ length: Math.ceil(line.length / columns) }, (_, index) =>
            line.slice(index * columns, (index + 1) * columns),
          )
    const broken = before.flatMap(split)
    this.#lines = [...broken, ...after.flatMap(split)]
    this.#row = broken.length
    this.size = { columns, rows }
  }

  #put(character: string): void {
    if (character === '\n') this.#moveTo(this.#row + 1, 0)
    else if (character === '\r') this.#column = 0
    else {
      if (this.#column >= this.size.columns) this.#moveTo(this.#row + 1, 0)
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column)
      this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1)
      this.#column += 1
    }
  }

  #moveTo(row: number, column: number): void {
    this.#row = row
    this.#column = column
    while (this.#lines.length <= row) this.#lines.push('')
  }

  #obey(sequence: string): void {
    const line = this.#lines[this.#row] ?? ''
    if (sequence === '\x1b[?25l') this.cursorVisible = false
    else if (sequence === '\x1b[?25h') this.cursorVisible = true
    else if (sequence === '\x1b[K') this.#lines[this.#row] = line.slice(0, this.#column)
    else if (sequence === '\x1b[J') {
      this.#lines = [...this.#lines.slice(0, this.#row), line.slice(0, this.#column)]
    } else if (sequence.endsWith('A')) this.#row = Math.max(0, this.#row - Number(sequence.slice(2, -1)))
    else if (!sequence.endsWith('m')) throw new Error(`the fake terminal does not know ${JSON.stringify(sequence)}`)
  }
}

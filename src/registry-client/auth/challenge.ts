/** One way in which a server wants to be shown who asks: RFC 9110, section 11.3. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string
  /** Names in lower case. Of a name that is given twice, the first counts. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * The challenges of a WWW-Authenticate header: RFC 9110, section 11.6.1. Commas separate challenges as well as the
 * parameters of one; what follows tells which. From where a header is malformed on, nothing more is read of it.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const scanner = new Scanner(header)
  const challenges: Challenge[] = []
  for (;;) {
    scanner.skip(separators)
    const scheme = scanner.take(token)
    if (scheme === undefined) return challenges
    const parameters = new Map<string, string>()
    challenges.push({ scheme: scheme.toLowerCase(), parameters })
    if (scanner.isAtEnd()) return challenges
    if (scanner.take(spaces) === undefined) {
      if (scanner.isAt(',')) continue
      return challenges
    }
    if (scanner.take(token68) !== undefined) continue
    if (!readParameters(scanner, parameters)) return challenges
  }
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const spaces = /[ \t]+/y
const separators = /[ \t,]*/y
/** One opaque value in place of parameters. Only if the challenge ends there: `realm="x"` begins like one. */
const token68 = /[0-9A-Za-z\-._~+/]+=*(?=[ \t]*(?:,|$))/y
const parameterName = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*/y
const quotedString = /"(?:[^"\\]|\\[^])*"/y

/** @returns false when what stands there is malformed. */
function readParameters(scanner: Scanner, parameters: Map<string, string>): boolean {
  for (;;) {
    scanner.skip(separators)
    const name = scanner.take(parameterName)
    if (name === undefined) return true
    const value = scanner.take(quotedString) ?? scanner.take(token)
    if (value === undefined) return false
    const key = name.replace(/[ \t]*=[ \t]*$/, '').toLowerCase()
    if (!parameters.has(key)) parameters.set(key, unquoted(value))
    scanner.skip(/[ \t]*/y)
    if (!scanner.isAtEnd() && !scanner.isAt(',')) return false
  }
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\([^])/g, '$1') : value
}

class Scanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    return this.#position === this.#text.length
  }

  isAt(character: string): boolean {
    return this.#text[this.#position] === character
  }

  /** What a sticky pattern matches here, and moves behind it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const match = pattern.exec(this.#text)
    if (match === null || match[0] === '') return undefined
    this.#position += match[0].length
    return match[0]
  }

  skip(pattern: RegExp): void {
    this.take(pattern)
  }
}

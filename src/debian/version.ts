/** The three parts of a Debian version number (Debian Policy 5.6.12). */
export interface DebianVersion {
  /** 0 where none is written. */
  readonly epoch: number
  readonly upstream: string
  /** Empty where none is written, which counts as `0` in comparisons. */
  readonly revision: string
}

const epochMax = 2 ** 31 - 1

/** Takes a version number apart. Undefined for text that is none: {@link versionProblem} says why. */
export function parseVersion(text: string): DebianVersion | undefined {
  return versionProblem(text) === undefined ? splitVersion(text) : undefined
}

/** What keeps a text from being a Debian version number (Debian Policy 5.6.12), in a few words; undefined for one that is. */
export function versionProblem(text: string): string | undefined {
  if (text === '') return 'it is empty'
  const colon = text.indexOf(':')
  if (colon !== -1) {
    const epoch = text.slice(0, colon)
    if (!/^[0-9]+$/.test(epoch)) return 'its epoch, before the colon, is not a number'
    if (Number(epoch) > epochMax) return `its epoch is more than ${epochMax}`
  }
  const { upstream, revision } = splitVersion(text)
  if (upstream === '') return 'it has no upstream version'
  if (!/^[0-9]/.test(upstream)) return 'its upstream version does not begin with a digit'
  const wrong = /[^A-Za-z0-9.+~:-]/u.exec(upstream) ?? /[^A-Za-z0-9.+~]/u.exec(revision)
  if (wrong !== null) return `the character '${wrong[0]}' has no place in it`
  return text.endsWith('-') ? 'nothing follows the hyphen' : undefined
}

function splitVersion(text: string): DebianVersion {
  const colon = text.indexOf(':')
  const hyphen = text.lastIndexOf('-')
  const upstreamEnd = hyphen > colon ? hyphen : text.length
  return {
    epoch: colon === -1 ? 0 : Number(text.slice(0, colon)),
    upstream: text.slice(colon + 1, upstreamEnd),
    revision: text.slice(upstreamEnd + 1),
  }
}

/**
 * Which of two version numbers is the newer one, as dpkg sees it (Debian Policy 5.6.12): negative when the first is older,
 * 0 when they are equal, such as `1.0`, `0:1.0` and `1.0-0`. Total on version numbers.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0
  const first = splitVersion(a)
  const second = splitVersion(b)
  return (
    first.epoch - second.epoch ||
    compareParts(first.upstream, second.upstream) ||
    compareParts(first.revision, second.revision)
  )
}

/** Text and numbers in turn: text by {@link rank}, numbers by value, however many digits they have. */
function compareParts(a: string, b: string): number {
  let atA = 0
  let atB = 0
  while (atA < a.length || atB < b.length) {
    while ((atA < a.length && !isDigit(a, atA)) || (atB < b.length && !isDigit(b, atB))) {
      const difference = rank(a, atA) - rank(b, atB)
      if (difference !== 0) return difference
      atA += 1
      atB += 1
    }
    while (a.charCodeAt(atA) === zero) atA += 1
    while (b.charCodeAt(atB) === zero) atB += 1
    let firstDifference = 0
    while (isDigit(a, atA) && isDigit(b, atB)) {
      if (firstDifference === 0) firstDifference = a.charCodeAt(atA) - b.charCodeAt(atB)
      atA += 1
      atB += 1
    }
    if (isDigit(a, atA)) return 1
    if (isDigit(b, atB)) return -1
    if (firstDifference !== 0) return firstDifference
  }
  return 0
}

const zero = 0x30
const nine = 0x39
const tilde = 0x7e

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= zero && code <= nine
}

/** A tilde is before the end, the end before letters, letters before all else. A digit ends the text, so it is the end. */
function rank(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0
  const code = text.charCodeAt(at)
  if (code === tilde) return -1
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
  return isLetter ? code : code + 0x100
}

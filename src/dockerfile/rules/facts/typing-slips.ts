/**
 * Whether a text is a name with one slip of the fingers in it: two letters that changed places, a letter that is missing, twice there
 * or another. The first letter is right, as it is in nearly all slips, or changed places with the second. The shorter a name, the
 * less counts, since more short words mean something of their own.
 */
export function isSlipOf(text: string, name: string): boolean {
  if (text === name || Math.abs(text.length - name.length) > 1 || name.length < 3) return false
  const at = firstDifference(text, name)
  const isSwapped = text.charAt(at) === name.charAt(at + 1) && text.charAt(at + 1) === name.charAt(at)
  if (isSwapped && text.slice(at + 2) === name.slice(at + 2)) return text.length === name.length
  if (at === 0 || name.length < 4) return false
  if (text.length < name.length) return name.length > 4 && text.slice(at) === name.slice(at + 1)
  if (text.length === name.length) {
    return name.length > 4 && text.slice(at + 1) === name.slice(at + 1) && !/[\d-]/.test(text.charAt(at))
  }
  const isExtra = text.slice(at + 1) === name.slice(at)
  const isDoubled = text.charAt(at) === text.charAt(at - 1) || text.charAt(at) === text.charAt(at + 1)
  // `nodes`, `python3`: another word rather than a slip.
  const isAtEnd = at === name.length
  return isExtra && (isDoubled || (name.length > 5 && !isAtEnd && !/[\d-]/.test(text.charAt(at))))
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a.charAt(at) === b.charAt(at)) at += 1
  return at
}

/** Finds the name that a text is a slip of. */
export interface SlipFinder {
  /** Undefined where there is none, where there are several, and for names that are known. */
  find(text: string): string | undefined
}

/** A slip of a name is longer or shorter by one letter at most, and begins with one of its first two letters. */
export function slipFinder(names: readonly string[], known: ReadonlySet<string>): SlipFinder {
  const byKey = new Map<string, string[]>()
  for (const name of names) {
    for (const letter of new Set(name.slice(0, 2))) {
      for (const length of [name.length - 1, name.length, name.length + 1]) {
        const key = `${letter}${length}`
        const list = byKey.get(key)
        if (list === undefined) byKey.set(key, [name])
        else list.push(name)
      }
    }
  }
  return {
    find(text) {
      if (known.has(text)) return undefined
      const found = (byKey.get(`${text.charAt(0)}${text.length}`) ?? []).filter((name) => isSlipOf(text, name))
      return found.length === 1 ? found[0] : undefined
    },
  }
}

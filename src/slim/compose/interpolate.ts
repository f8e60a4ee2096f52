/** Variables of a compose file, by name. */
export type ComposeVariables = ReadonlyMap<string, string>

/** A variable that has no value, and must have one. */
export class MissingVariable extends Error {}

const pattern = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\})/g

/**
 * Puts the values of variables into a text: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:?message}`, `${A:+b}`; `$$` is a dollar sign. Compose
 * specification, "Interpolation". One that nobody sets is empty.
 *
 * @throws MissingVariable
 */
export function interpolate(text: string, variables: ComposeVariables): string {
  return text.replace(pattern, (whole: string, plain?: string, name = plain, operator?: string, word = '') => {
    if (name === undefined) return '$'
    const value = variables.get(name)
    const isThere = value !== undefined && !(operator?.startsWith(':') === true && value === '')
    if (operator === undefined) return value ?? ''
    if (operator.endsWith('+')) return isThere ? word : ''
    if (isThere) return value
    if (operator.endsWith('?')) throw new MissingVariable(`${whole}: ${word === '' ? `${name} has no value` : word}`)
    return word
  })
}

/** The same in all texts of a value. */
export function interpolateAll(value: unknown, variables: ComposeVariables): unknown {
  if (typeof value === 'string') return interpolate(value, variables)
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateAll(item, variables)]))
}

/** The lines of a `.env` file: `NAME=value`, `export NAME="a value"`, `# comment`. */
export function parseVariables(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line)
    const [, name, raw = ''] = match ?? []
    if (name === undefined) continue
    const quoted = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(raw)
    found.set(name, quoted === null ? raw.replace(/(?:^|\s+)#.*$/, '') : (quoted[2] ?? ''))
  }
  return found
}

/** A command that is written as one text, as words: quotes and backslashes keep blanks. No shell sees it. */
export function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? []
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1'),
    ),
  )
}

/** `1m30s`, `500ms`; a number alone is nanoseconds in no version that is in use. Undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/.test(text)) return undefined
  const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  return [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)].reduce(
    (sum, [, count = '0', unit = 's']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  )
}

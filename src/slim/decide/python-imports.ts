/** A module that Python code asks for. */
export interface PythonImport {
  /** `flask.json`; empty for `from . import x`. */
  readonly module: string
  /** How many dots stand before it: 0 for an absolute import. */
  readonly level: number
  /** What is taken from it, which may be modules in it. */
  readonly names: readonly string[]
}

/** What stands between quotes and in comments: nothing in there is an import, but for the literals of calls. */
const quoted =
  /[rbuRBUfF]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|#[^\n]*/g
const calls =
  /\b(?:import_module|__import__|import_string|find_spec|resource_(?:filename|string|stream)|files|get_data)\s*\(\s*(["'])([\w.]+)\1/g
const statement =
  /(?:^|[;:])[^\S\n]*(?:from[^\S\n]+(\.*)[^\S\n]*([\w.]*)[^\S\n]+import[^\S\n]*(\([^)]*\)|[^\n;]*)|import[^\S\n]+([^\n;]*))/gm

/**
 * Finds the imports of a module of Python, wherever they stand: in functions and conditions too, and calls of import_module and the
 * like with a literal. By the language reference 7.11, without parsing it. Takes time in proportion to the text.
 */
export function scanPython(text: string): readonly PythonImport[] {
  const found: PythonImport[] = []
  for (const [, , module] of text.matchAll(calls))
    if (module !== undefined) found.push({ module: module.replace(/^\.+/, ''), level: 0, names: [] })
  const bare = text.replaceAll(/\\\r?\n/g, ' ').replaceAll(quoted, (part) => (part.startsWith('#') ? '' : "''"))
  for (const [, dots = '', module = '', names = '', modules] of bare.matchAll(statement)) {
    if (modules === undefined) found.push({ module, level: dots.length, names: namesIn(names) })
    else for (const name of namesIn(modules)) found.push({ module: name, level: 0, names: [] })
  }
  return found
}

/** `a as b, c` */
function namesIn(list: string): readonly string[] {
  return list
    .replaceAll(/[()]/g, ' ')
    .split(',')
    .flatMap((part) => /^\s*([\w.]+)/.exec(part)?.[1] ?? [])
}

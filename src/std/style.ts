/** Marks text for a terminal. On anything else the text stays as it is. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** Leaves text as it is: for files and pipes. */
export const plainStyle: Style = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  green: (text) => text,
  yellow: (text) => text,
  cyan: (text) => text,
}

/** By the codes of terminals (ECMA-48, SGR). */
export const colourStyle: Style = {
  bold: (text) => marked('bold', text),
  dim: (text) => marked('dim', text),
  red: (text) => marked('red', text),
  green: (text) => marked('green', text),
  yellow: (text) => marked('yellow', text),
  cyan: (text) => marked('cyan', text),
}

function marked(name: keyof typeof codes, text: string): string {
  const [on, off] = codes[name]
  return `\x1b[${on}m${text}\x1b[${off}m`
}

/** Colours on a terminal that has them, unless `NO_COLOR` is set to anything (no-color.org). */
export function styleFor(isTerminal: boolean, environment: NodeJS.ProcessEnv): Style {
  const wanted = (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb'
  return isTerminal && wanted ? colourStyle : plainStyle
}

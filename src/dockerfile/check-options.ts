import { parseBoolean } from './reading/characters.ts'

/** What `# check=…` asks of BuildKit's build checks. */
export interface CheckOptions {
  /** The checks to leave out, by name. */
  readonly skip: readonly string[] | 'all'
  /** The experimental checks to run. */
  readonly experimental: readonly string[] | 'all'
  /** Whether a finding makes the build fail. */
  readonly error: boolean
}

/** No wishes. */
export const defaultCheckOptions: CheckOptions = { skip: [], experimental: [], error: false }

/**
 * Reads the value of a check directive: `skip=NAME,NAME;error=true`. BuildKit looks at the text up to the first space only.
 *
 * @returns the options, or what is wrong with them, in words.
 */
export function parseCheckOptions(value: string): CheckOptions | { readonly problem: string } {
  const [text = ''] = value.split(' ', 1)
  if (text === '') return defaultCheckOptions
  let { skip, experimental, error } = defaultCheckOptions
  for (const part of splitInThree(text)) {
    const equals = part.indexOf('=')
    if (equals === -1) return { problem: `${JSON.stringify(part)} is not of the form name=value` }
    const name = part.slice(0, equals).trim()
    const setting = part.slice(equals + 1).trim()
    if (name === 'skip') skip = ruleNames(setting)
    else if (name === 'experimental') experimental = ruleNames(setting)
    else if (name === 'error') {
      const wanted = parseBoolean(setting)
      if (wanted === undefined) return { problem: `${JSON.stringify(setting)} is neither true nor false` }
      error = wanted
    } else return { problem: `there is no check option ${JSON.stringify(name)}` }
  }
  return { skip, experimental, error }
}

function ruleNames(setting: string): readonly string[] | 'all' {
  return setting === 'all' ? 'all' : setting.split(',').map((rule) => rule.trim())
}

/** At most three parts: BuildKit leaves the third with whatever semicolons it has. */
function splitInThree(text: string): readonly string[] {
  const [first = '', second, ...rest] = text.split(';')
  return [first, ...(second === undefined ? [] : [second]), ...(rest.length === 0 ? [] : [rest.join(';')])]
}

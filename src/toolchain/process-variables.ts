import { usualSearchPath } from '../image/config-environment.ts'

/** What decides the variables of a process, the strongest last. */
export interface VariableSources {
  readonly hostname: string
  readonly hasTerminal: boolean
  /** `NAME=VALUE`, as an image has them. */
  readonly image: readonly string[]
  /** Undefined takes a variable away. */
  readonly given: ReadonlyMap<string, string | undefined>
}

/** The variables of a process. HOME is left to whoever knows the image's users. */
export function variablesOf({ hostname, hasTerminal, image, given }: VariableSources): ReadonlyMap<string, string> {
  const variables = new Map([
    ['PATH', usualSearchPath],
    ['HOSTNAME', hostname],
    ...(hasTerminal ? [['TERM', 'xterm'] as const] : []),
  ])
  for (const word of image) {
    const { name, value = '' } = splitVariable(word)
    if (name !== '') variables.set(name, value)
  }
  for (const [name, value] of given) {
    if (value === undefined) variables.delete(name)
    else variables.set(name, value)
  }
  return variables
}

/** `NAME=VALUE`, or a name alone. */
export function splitVariable(word: string): { readonly name: string; readonly value?: string } {
  const equals = word.indexOf('=')
  return equals === -1 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

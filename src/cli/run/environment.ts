import { readFile } from 'node:fs/promises'
import { usualSearchPath } from '../../image/config-environment.ts'
import { errorMessage } from '../../std/errors.ts'
import { CliError, wrongUsage } from '../errors.ts'

/** What decides the variables of a process, the strongest last. */
export interface VariableSources {
  readonly hostname: string
  readonly hasTerminal: boolean
  /** `NAME=VALUE`, as an image has them. */
  readonly image: readonly string[]
  /** Of files and of the line: without `=VALUE` from the caller's own environment, or not at all. */
  readonly given: readonly string[]
}

/** The variables of a process. HOME is left to whoever knows the image's users. @throws CliError `wrong-usage` */
export function variablesOf(sources: VariableSources, environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const variables = new Map([
    ['PATH', usualSearchPath],
    ['HOSTNAME', sources.hostname],
    ...(sources.hasTerminal ? [['TERM', 'xterm'] as const] : []),
  ])
  for (const word of sources.image) {
    const { name, value = '' } = splitVariable(word)
    if (name !== '') variables.set(name, value)
  }
  for (const word of sources.given) {
    const { name, value = environment[name] } = splitVariable(word)
    if (name === '') wrongUsage(`the variable ${JSON.stringify(word)} has no name`, 'Write -e NAME=VALUE.')
    // As with docker: a variable that nobody sets is taken away.
    if (value === undefined) variables.delete(name)
    else variables.set(name, value)
  }
  return variables
}

/** Variables of a line alone: those without `=VALUE` from the caller's own environment, or not at all. @throws CliError `wrong-usage` */
export function variablesGiven(words: readonly string[], environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const word of words) {
    const { name, value = environment[name] } = splitVariable(word)
    if (name === '') wrongUsage(`the variable ${JSON.stringify(word)} has no name`, 'Write -e NAME=VALUE.')
    if (value !== undefined) variables.set(name, value)
  }
  return variables
}

function splitVariable(word: string): { readonly name: string; readonly value?: string } {
  const equals = word.indexOf('=')
  return equals === -1 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

/**
 * The lines of `--env-file`: comments and empty lines are left out, nothing is quoted, and blanks before a line do not count.
 *
 * @throws CliError `file-failed`, `wrong-usage`
 */
export async function readVariableFile(path: string): Promise<readonly string[]> {
  const lines = (await readText(path)).replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const text = line.trimStart()
    if (text === '' || text.startsWith('#')) return []
    const { name } = splitVariable(text)
    if (name === '' || /\s/.test(name)) {
      wrongUsage(`${path}:${index + 1}: ${JSON.stringify(name)} is no name of a variable`, 'Write NAME=VALUE.')
    }
    return [text]
  })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliError('file-failed', `cannot read ${path}: ${errorMessage(cause)}`, { cause })
  }
}

import { readFile } from 'node:fs/promises'
import { errorMessage } from '../../std/errors.ts'
import { splitVariable } from '../../toolchain/process-variables.ts'
import { CliError, wrongUsage } from '../errors.ts'

/**
 * Variables of files and of the line: without `=VALUE` from the caller's own environment. As with docker, one that nobody sets is taken away
 * from the process: it is undefined here.
 *
 * @throws CliError `wrong-usage`
 */
export function readVariables(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): ReadonlyMap<string, string | undefined> {
  const variables = new Map<string, string | undefined>()
  for (const word of words) {
    const { name, value = environment[name] } = splitVariable(word)
    if (name === '') wrongUsage(`the variable ${JSON.stringify(word)} has no name`, 'Write -e NAME=VALUE.')
    variables.set(name, value)
  }
  return variables
}

/** The same without those that nobody sets. @throws CliError `wrong-usage` */
export function variablesGiven(words: readonly string[], environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const [name, value] of readVariables(words, environment)) if (value !== undefined) variables.set(name, value)
  return variables
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

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode } from '../../std/errors.ts'

/** Options of apt by their full name in lower case: `acquire::http::proxy`. Of an option that is set twice, the last. */
export type AptOptions = ReadonlyMap<string, string>

/**
 * Reads apt's configuration (apt.conf(5)): `apt.conf.d` in order of names, then `apt.conf`. What cannot be read as a setting
 * is passed over, as nothing depends on settings that are not known here.
 */
export async function readAptOptions(folder: string): Promise<AptOptions> {
  const options = new Map<string, string>()
  for (const path of await aptFiles(folder, 'apt.conf', /^[\w.-]+$/)) {
    // Files with another ending are passed over; those without one count.
    if (/\.[^/.]*$/.test(path) && !path.endsWith('.conf')) continue
    for (const [name, value] of parseAptOptions(await readFile(path, 'latin1'))) options.set(name, value)
  }
  return options
}

/** The readable files of `NAME.d` whose names fit, in order, and then the file NAME itself. */
export async function aptFiles(folder: string, name: string, pattern: RegExp): Promise<readonly string[]> {
  const parts = (await namesIn(join(folder, `${name}.d`))).filter((each) => pattern.test(each))
  const own = (await namesIn(folder)).filter((each) => each === name)
  return [...parts.map((each) => join(folder, `${name}.d`, each)), ...own.map((each) => join(folder, each))]
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemErrorCode(error) ?? '')) return []
    throw error
  }
}

/** Comments, strings, the marks of groups and ends, and words. */
const tokenPattern = /\/\/[^\n]*|#[^\n]*|\/\*[^]*?\*\/|"([^"\n]*)"|[{};]|[^\s{};"]+/g

/** `Acquire::http { Proxy "http://proxy:3128"; };` and `Acquire::http::Proxy "http://proxy:3128";` are the same. */
export function parseAptOptions(text: string): AptOptions {
  const options = new Map<string, string>()
  const groups: string[] = []
  let name: string | undefined
  let value: string | undefined
  for (const match of text.matchAll(tokenPattern)) {
    const [token, quoted] = match
    if (/^(?:\/\/|#|\/\*)/.test(token)) continue
    if (token === '{') {
      groups.push(name ?? '')
      name = undefined
      value = undefined
    } else if (token === ';' || token === '}') {
      if (name !== undefined && value !== undefined) {
        options.set(
          [...groups, name]
            .filter((part) => part !== '')
            .join('::')
            .toLowerCase(),
          value,
        )
      }
      if (token === '}') groups.pop()
      name = undefined
      value = undefined
    } else if (name === undefined && quoted === undefined) name = token
    else value ??= quoted ?? token
  }
  return options
}

/** Whether an option says no, as apt reads it. */
export function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(?:0|no|false|without|off|disable)$/i.test(value)
}

/** Whether an option says yes, as apt reads it. */
export function isYes(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|yes|true|with|on|enable)$/i.test(value)
}

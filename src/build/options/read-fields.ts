import { nearest } from '../../std/nearest.ts'
import { BuildError } from '../errors.ts'

/** The `key=value` fields of an option, and how messages call it. */
export interface OptionFields {
  /** `--output type=oci,dest=a.tar` */
  readonly title: string
  readonly values: ReadonlyMap<string, string>
}

/**
 * Reads `key=value,key=value` as buildx does: a line of CSV, in which a field with commas stands in double quotes, which are
 * doubled inside. Keys are in lower case, but for what follows the first dot or bracket of an annotation's.
 *
 * @throws BuildError `bad-build-option`
 */
export function readFields(option: string, text: string): OptionFields {
  const title = `${option} ${text}`
  const values = new Map<string, string>()
  for (const field of splitCsv(text, title)) {
    const equals = field.indexOf('=')
    if (equals === -1) {
      throw new BuildError('bad-build-option', `${title}: ${JSON.stringify(field)} is no key=value`)
    }
    const key = field.slice(0, equals).trim()
    const name = key.startsWith('annotation') ? key : key.toLowerCase()
    if (values.has(name)) throw new BuildError('bad-build-option', `${title}: ${name} is there twice`)
    values.set(name, field.slice(equals + 1))
  }
  return { title, values }
}

/** The fields of a line of CSV (RFC 4180). @throws BuildError `bad-build-option` */
function splitCsv(text: string, title: string): readonly string[] {
  const fields: string[] = []
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  for (let ended = false; !ended;) {
    const match = pattern.exec(text)
    if (match === null) {
      throw new BuildError('bad-build-option', `${title}: a quotation mark is where none can be`, {
        hint: 'A field with a comma stands in quotes as a whole: "name=a,b".',
      })
    }
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    ended = match[3] === ''
  }
  return fields
}

/** @throws BuildError `bad-build-option` for a key that is none of these, with the one that was perhaps meant. */
export function checkKeys(
  { title, values }: OptionFields,
  known: readonly string[],
  isOther?: (key: string) => boolean,
): void {
  for (const key of values.keys()) {
    if (known.includes(key) || isOther?.(key) === true) continue
    const near = nearest(key, known)
    throw new BuildError('bad-build-option', `${title}: there is no key ${JSON.stringify(key)}`, {
      hint: near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`,
    })
  }
}

const trueTexts: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falseTexts: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** A switch, in the texts that Go takes. @throws BuildError `bad-build-option` */
export function booleanField({ title, values }: OptionFields, key: string): boolean | undefined {
  const text = values.get(key)
  if (text === undefined) return undefined
  if (trueTexts.has(text)) return true
  if (falseTexts.has(text)) return false
  throw new BuildError('bad-build-option', `${title}: ${key} is true or false, not ${JSON.stringify(text)}`)
}

/** One of some words. @throws BuildError `bad-build-option` */
export function choiceField<Choice extends string>(
  { title, values }: OptionFields,
  key: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = values.get(key)
  if (text === undefined) return undefined
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  const near = nearest(text, choices)
  throw new BuildError('bad-build-option', `${title}: there is no ${key} ${JSON.stringify(text)}`, {
    hint: near === undefined ? `There are ${choices.join(', ')}.` : `Did you mean ${near}?`,
  })
}

/** A value that has to be there and not empty. @throws BuildError `bad-build-option` */
export function requiredField({ title, values }: OptionFields, key: string): string {
  const text = values.get(key)
  if (text !== undefined && text !== '') return text
  throw new BuildError('bad-build-option', `${title}: ${key}=… is missing`)
}

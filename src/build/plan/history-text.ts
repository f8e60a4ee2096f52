import type { EvaluatedCopy, EvaluatedDeclaration } from '../../dockerfile/evaluated.ts'
import type { RunConfig } from '../../image/config.ts'

/*
 * Lines of an image's history as BuildKit's frontend writes them, since tools read them. Go prints a list of strings with `%v` as
 * `[a b]` and with `%q` as `["a" "b"]`.
 */

/** What `RUN` of BuildKit ends its line with, and COPY and ADD. */
const mark = ' # buildkit'

export function plainList(words: readonly string[]): string {
  return `[${words.join(' ')}]`
}

export function quotedList(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(' ')}]`
}

/** With the build arguments that the command sees. */
export function runText(words: readonly string[], argumentValues: ReadonlyMap<string, string | undefined>): string {
  const values = Array.from(argumentValues, ([name, value]) => `${name}=${value ?? ''}`)
  const before = values.length === 0 ? [] : [`|${values.length}`, ...values]
  return `RUN ${[...before, ...words].join(' ')}${mark}`
}

/** Of the flags, BuildKit writes these, in this order. */
export function copyText(copy: EvaluatedCopy): string {
  const flags = [
    ...(copy.instruction.kind === 'copy' && copy.instruction.parents ? ['--parents'] : []),
    ...(copy.chown === undefined ? [] : [`--chown=${copy.chown}`]),
    ...(copy.chmod === undefined ? [] : [`--chmod=${copy.chmod}`]),
  ]
  const files = copy.inlineFiles.map(({ name }) => `<<${name}`)
  const words = [copy.kind.toUpperCase(), ...flags, ...copy.sources, ...files, copy.destination]
  return `${words.join(' ')}${mark}`
}

export function argumentText(declarations: readonly EvaluatedDeclaration[]): string {
  const words = declarations.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`))
  return `ARG ${words.join(' ')}`
}

export function pairsText(
  kind: 'env' | 'label',
  pairs: readonly { readonly name: string; readonly value: string }[],
): string {
  return `${kind.toUpperCase()} ${pairs.map(({ name, value }) => `${name}=${value}`).join(' ')}`
}

/** Go's form of a struct: `%+v`. */
export function healthcheckText(check: NonNullable<RunConfig['Healthcheck']>): string {
  const times = [
    ['Interval', check.Interval],
    ['Timeout', check.Timeout],
    ['StartPeriod', check.StartPeriod],
    ['StartInterval', check.StartInterval],
  ] as const
  const fields = times.map(([name, nanoseconds]) => `${name}:${goDuration(nanoseconds ?? 0)}`)
  return `HEALTHCHECK {Test:${plainList(check.Test ?? [])} ${fields.join(' ')} Retries:${check.Retries ?? 0}}`
}

/** Go's `time.Duration.String` for what is made of whole milliseconds. */
function goDuration(nanoseconds: number): string {
  const milliseconds = nanoseconds / 1e6
  if (milliseconds === 0) return '0s'
  if (milliseconds < 1000) return `${milliseconds}ms`
  const seconds = milliseconds / 1000
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  if (hours > 0) return `${hours}h${minutes}m${rest}s`
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`
}

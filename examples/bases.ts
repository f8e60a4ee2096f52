/**
 * Makes the base images that the examples name, of Debian's packages, in place of those of a registry:
 * `node examples/bases.ts --store DIR [NAME...]`. What is there already stays as it is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** Which recipe stands for which ordinary name. */
export const exampleBases: ReadonlyMap<string, string> = new Map([
  ['debian:13', 'debian'],
  ['golang:1', 'golang'],
  ['maven:3', 'java-build'],
  ['node:20', 'node-build'],
  ['node:20-small', 'node'],
  ['php:8', 'php-build'],
  ['python:3', 'python-build'],
  ['ruby:3', 'ruby-build'],
  ['rust:1', 'rust'],
])

/** Runs wherry with a store. @returns its exit status; what it says is seen by the caller's user, unless it is quiet. */
export async function wherry(store: string, words: readonly string[], isQuiet = false): Promise<number> {
  const program = join(import.meta.dirname, '../bin/wherry.js')
  const child = spawn(process.execPath, [program, '--store', store, ...words], {
    stdio: isQuiet ? 'ignore' : 'inherit',
  })
  const [status] = await once(child, 'close')
  return typeof status === 'number' ? status : 1
}

/** Makes those of the base images that the store does not have. @throws Error where a name is unknown, or one fails. */
export async function makeExampleBases(store: string, names: Iterable<string> = exampleBases.keys()): Promise<void> {
  for (const name of names) {
    const recipe = exampleBases.get(name)
    if (recipe === undefined) throw new Error(`no example begins with ${name}`)
    if ((await wherry(store, ['inspect', name], true)) === 0) continue
    if ((await wherry(store, ['base', recipe, '--tag', name])) !== 0) throw new Error(`${name} could not be made`)
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ options: { store: { type: 'string' } }, allowPositionals: true })
  if (values.store === undefined) throw new Error('which store? node examples/bases.ts --store DIR')
  await makeExampleBases(values.store, positionals.length > 0 ? positionals : undefined)
}

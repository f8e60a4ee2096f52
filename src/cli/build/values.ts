import { BuildError } from '../../build/errors.ts'
import type { BuildNetwork } from '../../build/build-request.ts'
import type { Platform } from '../../image/descriptor.ts'
import { hostPlatform, parsePlatform } from '../../image/platform.ts'
import { nearest } from '../../std/nearest.ts'
import { netModule } from '../../std/node-modules.ts'

/** `--build-arg`: one without a value takes that of the environment, and is left out where that has none, as with docker. */
export function buildArgumentsOf(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const word of words) {
    const { name, value = environment[name] } = splitPair('--build-arg', word)
    if (value !== undefined) found.set(name, value)
  }
  return found
}

/** `--label`: one without a value has an empty one, as with docker. */
export function labelsOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const { name, value = '' } = splitPair('--label', word)
      return [name, value]
    }),
  )
}

/** `--build-context` */
export function namedContextsOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const { name, value = '' } = splitPair('--build-context', word)
      if (value === '') wrongValue(`--build-context ${word}`, 'it has no place', 'Write it as NAME=FOLDER.')
      return [name, value]
    }),
  )
}

/** @throws BuildError `bad-build-option` where there is no name. */
export function splitPair(option: string, word: string): { readonly name: string; readonly value?: string } {
  const equals = word.indexOf('=')
  const name = equals === -1 ? word : word.slice(0, equals)
  if (name.trim() === '') wrongValue(`${option} ${word}`, 'it has no name', `Write ${option} NAME=VALUE.`)
  return equals === -1 ? { name } : { name, value: word.slice(equals + 1) }
}

const networks = ['default', 'none', 'host'] as const

/** `--network` */
export function networkOf(text: string | undefined): BuildNetwork {
  if (text === undefined || text === '') return 'default'
  const found = networks.find((each) => each === text)
  if (found !== undefined) return found
  const near = nearest(text, networks)
  return wrongValue(
    `--network ${text}`,
    'there is no such network',
    near === undefined
      ? 'There are default, none and host: builds know no networks of an engine.'
      : `Did you mean ${near}?`,
  )
}

/** `--add-host`: `HOST:IP` or `HOST=IP`; an IPv6 address may stand in brackets. */
export function extraHostsOf(words: readonly string[]): readonly { readonly name: string; readonly address: string }[] {
  return words.map((word) => {
    const [, name = '', given = ''] = /^([^:=]*)[:=](.*)$/.exec(word) ?? []
    const address = given.replace(/^\[(.*)\]$/, '$1')
    if (name === '') wrongValue(`--add-host ${word}`, 'it is no HOST:IP', 'Write --add-host db.local:10.0.0.2.')
    if (address === 'host-gateway') return { name, address: '127.0.0.1' }
    if (netModule().isIP(address) === 0) wrongValue(`--add-host ${word}`, `${JSON.stringify(address)} is no address`)
    return { name, address }
  })
}

const rights = ['security.insecure', 'network.host', 'device'] as const

/** `--allow`: whether RUN may ask for `--security=insecure`. The host's network needs no leave here, since it is what RUN has. */
export function allowsInsecureOf(words: readonly string[]): boolean {
  for (const word of words) {
    const [name = ''] = word.split('=', 1)
    if (name === 'device') wrongValue(`--allow ${word}`, 'RUN sees no devices of the machine')
    if (rights.some((each) => each === name) || /^fs(?:\.read|\.write)?$/.test(name)) continue
    const near = nearest(name, rights)
    wrongValue(
      `--allow ${word}`,
      'there is no such right',
      near === undefined ? 'There are security.insecure and network.host.' : `Did you mean ${near}?`,
    )
  }
  return words.includes('security.insecure')
}

/** Each platform once. Without `--platform` it is that of DOCKER_DEFAULT_PLATFORM or of this machine. */
export function platformsOf(words: readonly string[], environment: NodeJS.ProcessEnv): readonly Platform[] {
  const usual = environment['DOCKER_DEFAULT_PLATFORM'] ?? ''
  const wanted = words.map((word) => word.trim()).filter((word) => word !== '')
  const named = wanted.length > 0 ? wanted : usual === '' ? [] : [usual]
  if (named.length === 0) return [hostPlatform()]
  const platforms = named.map((word) => (word === 'local' ? hostPlatform() : parsePlatform(word)))
  return [...new Map(platforms.map((each) => [JSON.stringify(each), each])).values()]
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

/** `--shm-size` */
export function sharedMemoryOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : byteSizeOf('--shm-size', text)
}

/** Docker's sizes, such as `64m`, whose units are powers of 1024. @throws BuildError `bad-build-option` */
export function byteSizeOf(option: string, text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(text) ?? []
  const bytes = Math.floor(Number(amount) * (unitBytes[unit.toLowerCase()] ?? 1))
  if (amount !== '' && bytes > 0 && Number.isSafeInteger(bytes)) return bytes
  return wrongValue(`${option} ${text}`, 'it is no size', 'Write it as 64m or 1g.')
}

/** @throws BuildError `bad-build-option` */
export function wrongValue(title: string, why: string, hint?: string): never {
  throw new BuildError('bad-build-option', `${title}: ${why}`, { hint })
}

import { commandSandbox, type CommandSandbox } from './command.ts'
import { unpackContainer, type Container } from './container.ts'

/** What says where packages come from, where the machine has it in its environment. */
const passedOn = ['WHERRY_DEBIAN_MIRROR', 'http_proxy', 'https_proxy', 'no_proxy']

/** Where this machine has packages from, as variables. */
export function debianSettings(): Readonly<Record<string, string>> {
  const given = passedOn.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

/** A sandbox for `wherry base`: its downloads are those of all tests of the machine. */
export async function baseSandbox(settings: Readonly<Record<string, string>> = {}): Promise<CommandSandbox> {
  return await commandSandbox({ ...debianSettings(), ...settings })
}

/** Makes a base image, named `localhost/NAME:1`, and unpacks it. */
export async function baseContainer(
  sandbox: CommandSandbox,
  name: string,
  ...words: readonly string[]
): Promise<Container> {
  const reference = `localhost/${name}:1`
  await sandbox.succeed('base', ...words, '-t', reference)
  return await unpackContainer(sandbox.storePath, reference)
}

/** An image as `wherry base --format json` tells of it. */
export interface BaseResult {
  readonly references: readonly string[]
  readonly digest: string
  readonly images: readonly {
    readonly platform: string
    readonly digest: string
    readonly size: number
    readonly layers: readonly { readonly name: string; readonly digest: string }[]
    readonly packages: readonly { readonly name: string; readonly version: string; readonly sha256: string }[]
  }[]
  readonly changes: readonly { readonly name: string; readonly vulnerabilities: readonly string[] }[] | null
}

/** Makes a base image. @returns what the command tells of it. */
export async function makeBaseImage(sandbox: CommandSandbox, ...words: readonly string[]): Promise<BaseResult> {
  return JSON.parse(await sandbox.succeed('base', ...words, '--format', 'json'))
}

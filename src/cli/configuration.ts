import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import { defaultLimits, type Limits } from '../std/limits.ts'
import { absolutePath, homeFolder, usualStoreFolder } from '../toolchain/folders.ts'
import type { ConfigurationFile } from './config/schema.ts'
import { CliError } from './errors.ts'

type Environment = NodeJS.ProcessEnv

/** How wherry contacts one registry, or a mirror of one. */
export interface ServerConfiguration {
  readonly tlsVerify?: boolean
  readonly caFile?: string
}

export interface RegistryConfiguration extends ServerConfiguration {
  readonly mirrors?: readonly (ServerConfiguration & { readonly location: string })[]
}

/** What the user has set, with defaults where nothing is set and paths made absolute. */
export interface Configuration {
  /** Where the store is, if the file says so. */
  readonly store: string | undefined
  readonly registries: Readonly<Record<string, RegistryConfiguration>>
  readonly limits: Limits
  readonly build: BuildConfiguration
}

/** What `wherry build` does unless its line says otherwise. */
export interface BuildConfiguration {
  /** `host`, `none`, or the path of a PEM file. */
  readonly caCertificates: string | undefined
}

const defaultConfiguration: Configuration = {
  store: undefined,
  registries: {},
  limits: defaultLimits,
  build: { caCertificates: undefined },
}

/**
 * Reads `$WHERRY_CONFIG`, or else `wherry/config.yaml` in `$XDG_CONFIG_HOME` or `~/.config`. Without a file, everything has
 * its default; a file named by `$WHERRY_CONFIG` must be there.
 *
 * @throws CliError `bad-configuration`
 */
export async function loadConfiguration(environment: Environment): Promise<Configuration> {
  const named = nonEmpty(environment['WHERRY_CONFIG'])
  const path = named ?? join(configurationHome(environment), 'wherry', 'config.yaml')
  const text = await readConfigurationFile(path, named !== undefined)
  if (text === undefined) return defaultConfiguration
  // The libraries that read and check it cost more time than the rest of the start: they wait for a file.
  const { parseConfiguration } = await import('./config/parse.ts')
  return toConfiguration(parseConfiguration(text, path), dirname(resolve(path)), environment)
}

/** The store's folder: `--store`, `$WHERRY_STORE`, the configuration, `$XDG_DATA_HOME/wherry`, `~/.local/share/wherry`. */
export function storePath(
  option: string | undefined,
  environment: Environment,
  configuration: Pick<Configuration, 'store'>,
): string {
  const chosen = option ?? nonEmpty(environment['WHERRY_STORE']) ?? configuration.store
  return chosen === undefined ? usualStoreFolder(environment) : resolve(chosen)
}

function configurationHome(environment: Environment): string {
  return absolutePath(environment['XDG_CONFIG_HOME']) ?? join(homeFolder(environment), '.config')
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

async function readConfigurationFile(path: string, mustExist: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && !mustExist) return undefined
    throw new CliError('bad-configuration', `cannot read the configuration: ${errorMessage(error)}`, {
      cause: error,
      hint: mustExist ? 'WHERRY_CONFIG names this file.' : undefined,
    })
  }
}

function toConfiguration(file: ConfigurationFile, directory: string, environment: Environment): Configuration {
  const path = (text: string): string =>
    resolve(directory, text.startsWith('~/') ? join(homeFolder(environment), text.slice(2)) : text)
  const server = (given: {
    'tls-verify'?: boolean | undefined
    'ca-file'?: string | undefined
  }): ServerConfiguration => ({
    ...(given['tls-verify'] === undefined ? {} : { tlsVerify: given['tls-verify'] }),
    ...(given['ca-file'] === undefined ? {} : { caFile: path(given['ca-file']) }),
  })
  const certificates = file.build?.['ca-certificates']
  const registries = Object.entries(file.registries ?? {}).map(([name, given]) => {
    const mirrors = (given.mirrors ?? []).map(({ location, ...settings }) => ({ location, ...server(settings) }))
    return [name, { ...server(given), mirrors }] as const
  })
  return {
    store: file.store === undefined ? undefined : path(file.store),
    registries: Object.fromEntries(registries),
    limits: toLimits(file.limits),
    build: { caCertificates: certificates === undefined || isWord(certificates) ? certificates : path(certificates) },
  }
}

/** What stands for other certificates than those of a file. */
function isWord(certificates: string): boolean {
  return certificates === 'host' || certificates === 'none'
}

function toLimits(given: ConfigurationFile['limits'] = {}): Limits {
  return {
    ...defaultLimits,
    transfersMax: given.transfers ?? defaultLimits.transfersMax,
    layersMax: given.layers ?? defaultLimits.layersMax,
    layerEntriesMax: given['layer-entries'] ?? defaultLimits.layerEntriesMax,
    layerBytesMax: given['layer-size'] ?? defaultLimits.layerBytesMax,
    manifestBytesMax: given['manifest-size'] ?? defaultLimits.manifestBytesMax,
  }
}

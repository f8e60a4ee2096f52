import type { BuildSettings } from '../../toolchain/build-settings.ts'
import { trustedCertificates } from '../../toolchain/trusted-certificates.ts'
import type { CommandContext } from '../context.ts'
import { accessOf } from './access.ts'
import type { BuildOptions } from './options.ts'
import { compressionOf } from './outputs.ts'
import { proxyArguments } from './proxy-arguments.ts'
import { ulimitsOf } from './ulimits.ts'
import {
  allowsInsecureOf,
  buildArgumentsOf,
  extraHostsOf,
  labelsOf,
  namedContextsOf,
  networkOf,
  platformsOf,
  sharedMemoryOf,
} from './values.ts'

/** What a line says of how to build. @throws BuildError `bad-build-option`; ImageError `bad-name` */
export async function buildSettingsOf(
  options: BuildOptions,
  { environment, configuration }: Pick<CommandContext, 'environment' | 'configuration'>,
): Promise<BuildSettings> {
  const epoch = environment['SOURCE_DATE_EPOCH'] ?? ''
  const buildArguments = new Map([
    ...(await proxyArguments(environment)),
    ...(epoch === '' ? [] : [['SOURCE_DATE_EPOCH', epoch] as const]),
    ...buildArgumentsOf(options['build-arg'], environment),
  ])
  return {
    file: options.file,
    namedContexts: namedContextsOf(options['build-context']),
    pull: options.pull,
    buildArguments,
    target: options.target,
    platforms: platformsOf(options.platform, environment),
    labels: labelsOf(options.label),
    ...(await accessOf(options, environment)),
    network: networkOf(options.network),
    extraHosts: extraHostsOf(options['add-host']),
    allowsInsecure: allowsInsecureOf(options.allow),
    sharedMemoryBytes: sharedMemoryOf(options['shm-size']),
    ulimits: ulimitsOf(options.ulimit),
    withoutCache: options['no-cache']
      ? 'all'
      : new Set(options['no-cache-filter'].map((name) => name.trim().toLowerCase())),
    compression: compressionOf(options),
    trustedCertificates: await trustedCertificates(
      options['ca-certificates'] ?? configuration.build.caCertificates,
      environment,
    ),
  }
}

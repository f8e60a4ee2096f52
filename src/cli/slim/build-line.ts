import { buildOptions, type BuildOptions } from '../build/options.ts'
import { typedOptions } from '../command.ts'
import type { OptionSpec } from '../command-spec.ts'
import type { SlimOptions } from './options.ts'

/** The line of the build that `slim` begins with: what both have, by the same names, and nothing else. */
export function buildLineOf(options: SlimOptions): BuildOptions {
  const values = Object.entries(buildOptions).map(([name, spec]) => [name, unsaid(spec)] as const)
  const { file, target, label, secret, ssh, pull, allow, compression, platform } = options
  return typedOptions(buildOptions, {
    ...Object.fromEntries(values),
    ...{ file, target, label, secret, ssh, pull, allow, compression },
    'build-arg': options['build-arg'],
    'build-context': options['build-context'],
    'add-host': options['add-host'],
    'compression-level': options['compression-level'],
    'ca-certificates': options['ca-certificates'],
    'tls-verify': options['tls-verify'],
    'ca-file': options['ca-file'],
    network: options['build-network'],
    platform: platform === undefined ? [] : [platform],
  })
}

/** What the parser gives for an option that the line does not have. */
function unsaid({ kind }: OptionSpec): unknown {
  if (kind === 'flag') return false
  return kind === 'list' ? [] : undefined
}

import { parsePlatform } from '../image/platform.ts'
import type { Platform } from '../image/descriptor.ts'
import { wrongUsage } from './errors.ts'

/** How registries are contacted: for every command that contacts one. */
export const registryOptions = {
  'tls-verify': { kind: 'switch', summary: 'Verify certificates. False also allows plain HTTP' },
  'ca-file': {
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    summary: 'Trust the certificate authorities in this PEM file too',
  },
} as const

export const platformOptions = {
  platform: { kind: 'list', separator: ',', value: 'PLATFORM', summary: 'Only these platforms, such as linux/arm64' },
  'all-platforms': { kind: 'flag', summary: 'Every platform of a multi-platform image' },
} as const

export const referrersOption = {
  referrers: { kind: 'flag', summary: 'Also signatures, SBOMs and other artifacts that point to it' },
} as const

export const formatOption = {
  format: { kind: 'choice', value: 'FORMAT', choices: ['text', 'json'], summary: 'How to print the result' },
} as const

export const tableFormatOption = {
  format: { kind: 'choice', value: 'FORMAT', choices: ['table', 'json'], summary: 'How to print the list' },
} as const

/** Which platforms were asked for. `unless` is what counts when none was. @throws ImageError `bad-name`, CliError */
export function chosenPlatforms(
  options: { readonly platform: readonly string[]; readonly 'all-platforms': boolean },
  unless: 'all' | Platform,
): 'all' | readonly [Platform, ...Platform[]] {
  const [first, ...others] = options.platform.map(parsePlatform)
  if (options['all-platforms'] && first !== undefined) {
    return wrongUsage('--platform and --all-platforms exclude each other')
  }
  if (first !== undefined) return [first, ...others]
  return options['all-platforms'] || unless === 'all' ? 'all' : [unless]
}

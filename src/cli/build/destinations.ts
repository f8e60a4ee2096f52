import { parseAnnotation, type ImageAnnotation } from '../../build/annotations.ts'
import type { AttestationOptions } from '../../build/attestation-options.ts'
import type { BuildOutput } from '../../build/build-output.ts'
import { parseCacheFrom, parseCacheTo, type CacheOrigin, type CacheTarget } from '../../build/cache-options.ts'
import type { Reference } from '../../image/reference.ts'
import { wrongUsage } from '../errors.ts'
import { taggedReference } from '../tagged-reference.ts'
import type { BuildOptions } from './options.ts'
import { attestationsOf, outputsOf } from './outputs.ts'

/** What becomes of a build, and what it may take from others. */
export interface Destinations {
  readonly names: readonly Reference[]
  readonly outputs: readonly BuildOutput[]
  readonly annotations: readonly ImageAnnotation[]
  readonly attestations: AttestationOptions
  readonly cacheOrigins: readonly CacheOrigin[]
  readonly cacheTargets: readonly CacheTarget[]
}

/** @throws BuildError `bad-build-option`; CliError `wrong-usage`; ImageError `bad-name` */
export function readDestinations(options: BuildOptions): Destinations {
  const names = options.tag.map(taggedReference)
  const outputs = outputsOf(options)
  const isNameless = (output: BuildOutput): boolean =>
    output.type === 'image' && output.push && (output.names ?? names).length === 0
  if (outputs.some(isNameless)) {
    wrongUsage('the image has no name to push it by', 'Give it one with --tag REGISTRY/NAME:TAG.')
  }
  return {
    names,
    outputs,
    annotations: options.annotation.flatMap(parseAnnotation),
    attestations: attestationsOf(options),
    cacheOrigins: options['cache-from'].map(parseCacheFrom),
    cacheTargets: options['cache-to'].map(parseCacheTo),
  }
}

import { parseAnnotation } from '../../build/annotations.ts'
import type { BuildOutput } from '../../build/build-output.ts'
import { parseCacheFrom, parseCacheTo } from '../../build/cache-options.ts'
import type { BuildDestinations } from '../../toolchain/build-destinations.ts'
import { wrongUsage } from '../errors.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'
import type { Output } from '../output.ts'
import type { BuildOptions } from './options.ts'
import { attestationsOf, outputsOf } from './outputs.ts'

/** @throws BuildError `bad-build-option`; CliError `wrong-usage`; ImageError `bad-name` */
export function readDestinations(
  options: BuildOptions,
  output: Pick<Output, 'isTerminal' | 'write'>,
): BuildDestinations {
  const names = options.tag.map(taggedReference)
  const outputs = outputsOf(options)
  const isNameless = (each: BuildOutput): boolean =>
    each.type === 'image' && each.push && (each.names ?? names).length === 0
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
    squash: options.squash,
    writeToStandardOutput: output.isTerminal ? undefined : (chunk) => output.write(chunk),
  }
}

import type { AttestationOptions } from '../../build/attestation-options.ts'
import { parseAttest, parseProvenance, parseSbom } from '../../build/attestation-options.ts'
import { parseOutput, plainOutput, type BuildOutput } from '../../build/build-output.ts'
import type { BuildRequest } from '../../build/build-request.ts'
import { usualCompression } from '../../toolchain/build-settings.ts'
import type { BuildOptions } from './options.ts'
import { wrongValue } from './values.ts'

/** `--output`, `--push` and `--load`. Without any, the image goes to the store. */
export function outputsOf(options: Pick<BuildOptions, 'output' | 'push' | 'load'>): readonly BuildOutput[] {
  const outputs = options.output.map(parseOutput)
  if (options.push) pushAll(outputs)
  if (options.load) outputs.push(plainOutput('load'))
  return outputs.length === 0 ? [plainOutput('store')] : outputs
}

/** As with buildx, `--push` makes an image that is asked for be pushed, and asks for one where none is. */
function pushAll(outputs: BuildOutput[]): void {
  const at = outputs.findIndex(({ type }) => type === 'image')
  const image = outputs[at]
  if (image?.type === 'image') outputs[at] = { ...image, push: true }
  else outputs.push(plainOutput('push'))
}

const levelMax = { gzip: 9, zstd: 19 } as const
/** How steps write their layers. Unless told, as gzip, which everything reads. */
export function compressionOf(
  options: Pick<BuildOptions, 'compression' | 'compression-level'>,
): BuildRequest['compression'] {
  const format = options.compression ?? 'gzip'
  const text = options['compression-level']
  if (text === undefined) return usualCompression(format)
  const level = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (level >= 1 && level <= levelMax[format]) return { format, level }
  return wrongValue(`--compression-level ${text}`, `the level is a whole number from 1 to ${levelMax[format]}`)
}

/**
 * What is to be attested. Unlike buildx, nothing is unless it was asked for: provenance holds the time of the build, and two
 * builds of the same are to have one digest.
 */
export function attestationsOf(options: Pick<BuildOptions, 'attest' | 'provenance' | 'sbom'>): AttestationOptions {
  const { attest, provenance, sbom } = options
  const asked: readonly Partial<AttestationOptions>[] = [
    ...attest.map(parseAttest),
    ...(provenance === undefined ? [] : [{ provenance: parseProvenance(provenance) }]),
    ...(sbom === undefined ? [] : [{ sbom: parseSbom(sbom) }]),
  ]
  return {
    provenance: asked.findLast((each) => 'provenance' in each)?.provenance,
    sbom: asked.findLast((each) => 'sbom' in each)?.sbom,
  }
}

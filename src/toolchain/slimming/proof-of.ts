import packageJson from '../../../package.json' with { type: 'json' }
import type { AssembledImage } from '../../build/assemble-images.ts'
import type { BuiltImage } from '../../build/built-image.ts'
import { digestOf } from '../../image/digest.ts'
import { proofAnswers } from '../../slim/proof-answers.ts'
import type { ProvedImage, SlimProof } from '../../slim/proof.ts'
import { restraintText } from '../../slim/restraint-text.ts'
import type { SlimRequest } from '../../slim/slim-request.ts'
import type { SlimResult } from '../../slim/slim.ts'

/** What a proof tells beside the result of slimming. */
export interface ProofParts {
  readonly before: AssembledImage
  readonly after: AssembledImage
  /** Of the slim Dockerfile, as it is written. */
  readonly text: string
  readonly outputPath: string
  readonly launch: Pick<SlimRequest['launch'], 'network' | 'companions'>
}

/** The proof of a slimming, or what is in its way. */
export function proofOf(result: SlimResult, { before, after, text, outputPath, launch }: ProofParts): SlimProof {
  const { restraint, repairs, differences, afterRecord, beforeRecords } = result
  const { capabilities, isRootReadOnly } = restraint
  return {
    schemaVersion: 1,
    isProved: differences.length === 0,
    before: provedImage(before, result.before),
    after: provedImage(after, result.after),
    dockerfile: { name: outputPath, digest: digestOf(Buffer.from(text)) },
    restraint: {
      user: restraint.user ?? result.after.config.config?.User ?? '',
      readOnlyRoot: isRootReadOnly,
      capabilities: capabilities === undefined ? 'default' : [...capabilities].toSorted(),
      network: launch.network,
    },
    companions: (launch.companions?.list ?? []).map(({ name, origin, image }) => ({
      ...{ name, image: origin?.reference ?? null, manifest: origin?.manifest ?? null },
      diffIds: image.layers.map(({ diffId }) => diffId),
    })),
    refused: result.refused.map((each) => ({ ...each, restraint: restraintText(each.restraint) })),
    answers: afterRecord === undefined ? [] : proofAnswers(beforeRecords, afterRecord),
    differences,
    repairs: repairs.map(({ paths, foundBy }) => ({ paths, foundBy })),
    tool: { name: 'wherry', version: packageJson.version },
  }
}

function provedImage({ descriptor, config }: AssembledImage, { layers }: BuiltImage): ProvedImage {
  return { manifest: descriptor.digest, config: config.digest, diffIds: layers.map(({ diffId }) => diffId) }
}

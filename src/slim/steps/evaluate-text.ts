import { evaluateDockerfile } from '../../dockerfile/evaluate.ts'
import type { EvaluatedDockerfile } from '../../dockerfile/evaluated.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import type { SlimRequest } from '../slim-request.ts'

/** The values of a Dockerfile's text, with the arguments and the target of the request's build. */
export function evaluateText(text: string, { build }: Pick<SlimRequest, 'build'>): EvaluatedDockerfile {
  const { buildArguments, target } = build
  return evaluateDockerfile(parseDockerfile(text).document, { buildArguments, target })
}

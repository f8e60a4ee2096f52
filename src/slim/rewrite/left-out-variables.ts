import type { EvaluatedDockerfile } from '../../dockerfile/evaluated.ts'
import { neededStages } from '../../dockerfile/stages.ts'
import { configEnvironment } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'

/** What official images of languages say of the tools that they built with: nothing reads it when an app runs. */
const ofTools: ReadonlySet<string> = new Set([
  ...[
    'GOLANG_VERSION',
    'GOTOOLCHAIN',
    'GOPATH',
    'RUSTUP_HOME',
    'CARGO_HOME',
    'RUST_VERSION',
    'NODE_VERSION',
    'YARN_VERSION',
  ],
  ...['PYTHON_VERSION', 'PYTHON_SHA256', 'GPG_KEY', 'PYTHON_PIP_VERSION', 'PYTHON_SETUPTOOLS_VERSION'],
  ...[
    'PYTHON_GET_PIP_URL',
    'PYTHON_GET_PIP_SHA256',
    'JAVA_VERSION',
    'MAVEN_HOME',
    'MAVEN_CONFIG',
    'GRADLE_HOME',
    'GRADLE_VERSION',
  ],
])

/**
 * Variables of the base image that the slim image does without: those of its build tools, and PATH where no folder of it stays. What the
 * Dockerfile itself sets is never among them.
 */
export function leftOutVariables(
  config: RunConfig,
  evaluated: EvaluatedDockerfile | undefined,
  hasKept: (folder: string) => boolean,
): ReadonlySet<string> {
  const own = new Set<string>()
  const stages = evaluated?.target === undefined ? [] : neededStages(evaluated, evaluated.target)
  for (const { instructions } of stages) {
    for (const each of instructions)
      if (each.kind === 'env' && each.origin !== 'base-image') for (const { name } of each.pairs) own.add(name)
  }
  const path = configEnvironment(config).get('PATH') ?? ''
  const names = [...ofTools, ...(path.split(':').some(hasKept) ? [] : ['PATH'])]
  return new Set(names.filter((name) => !own.has(name)))
}

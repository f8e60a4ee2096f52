import type { DockerfileDocument } from '../../dockerfile/document.ts'
import { formatPlatform } from '../../image/platform.ts'
import { plural } from '../../std/plural.ts'
import type { CommandContext } from '../context.ts'
import { checkOptionsFor } from './check-input.ts'
import { dockerfileError } from '../../toolchain/dockerfile-error.ts'
import { knownWarnings } from './known-warnings.ts'
import { ignoredWarning } from './ignored-options.ts'
import type { BuildOptions } from './options.ts'
import type { OpenedBuild } from '../../toolchain/open-build.ts'
import { unusedArguments } from './unused-arguments.ts'
import { splitPair } from './values.ts'

/** `# check=error=true`: what a check finds fails the build before it begins. @throws DockerfileError */
export async function refuseFailedChecks(
  { request, dockerfile, context }: OpenedBuild,
  options: BuildOptions,
  surroundings: CommandContext,
): Promise<void> {
  if (!request.document.checkOptions.error) return
  const { checkDockerfile, checkFindings } = await import('./findings.ts')
  const found = checkFindings(checkDockerfile(dockerfile.text, checkOptionsFor(options, context, surroundings)))
  if (found.length === 0) return
  throw dockerfileError(dockerfile, `${plural(found.length, 'check')} failed, and the Dockerfile asks for none`, found)
}

/** What BuildKit's checks find, and what of the line has changed nothing, are warnings at the end of a build. */
export async function warnOfChecks(
  { request, dockerfile, context }: OpenedBuild,
  options: BuildOptions,
  surroundings: CommandContext & { readonly cacheDirectory: string },
): Promise<void> {
  if (surroundings.globals.quiet) return
  const { text } = dockerfile
  const { document, target, buildArguments, platforms } = request
  const find = async (): Promise<string> => {
    const { checkDockerfile, warningLines } = await import('./findings.ts')
    return warningLines(checkDockerfile(text, checkOptionsFor(options, context, surroundings))) ?? ''
  }
  const platform = platforms.map(formatPlatform).join()
  // Only experimental checks look at the context, which may change.
  const message = asksForExperiments(document)
    ? await find()
    : await knownWarnings(surroundings.cacheDirectory, { text, target, buildArguments, platform }, find)
  const names = options['build-arg'].map((word) => splitPair('--build-arg', word).name)
  for (const each of [message, unusedArguments(names, document) ?? '', ignoredWarning(options) ?? '']) {
    if (each !== '') surroundings.job.emit({ type: 'notice', level: 'warning', message: each })
  }
}

/** At the top of the file, or above an instruction. */
function asksForExperiments({ text, checkOptions: { experimental } }: DockerfileDocument): boolean {
  return experimental === 'all' || experimental.length > 0 || /check=.*experimental/i.test(text)
}

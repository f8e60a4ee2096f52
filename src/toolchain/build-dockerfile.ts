import { plainOutput, type BuildOutput } from '../build/build-output.ts'
import type { Job } from '../std/job.ts'
import type { BuildDestinations } from './build-destinations.ts'
import { buildOpened, type BuildOutcome } from './build-opened.ts'
import type { BuildSettings } from './build-settings.ts'
import { openBuild } from './open-build.ts'
import { taggedReference } from './tagged-reference.ts'
import type { Toolchain } from './toolchain.ts'

/** How a Dockerfile is built, and where the image goes. Nothing needs to be said. */
export interface BuildDockerfileSettings extends BuildSettings, Partial<Omit<BuildDestinations, 'names' | 'outputs'>> {
  /** What to call the image: `app:1`, `registry.example.com/team/app:1`. */
  readonly names?: readonly string[]
  /** Where it goes; by default to the store. {@link parseOutput} reads them as a line has them. */
  readonly outputs?: readonly BuildOutput[]
}

/**
 * Builds a Dockerfile for each platform that is asked for, and brings the images to where they are wanted: into the store, unless
 * told otherwise. Nothing is taken from the environment but proxies, agents and logins: build arguments are those of the settings.
 *
 * @param place what COPY takes files from: a folder, a git repository, an archive or its URL, or `-` for standard input
 * @throws DockerfileError for what the Dockerfile says; StepError for a step that failed, with its place and what it said last;
 *   ToolchainError, BuildError, ImageError and RegistryError for what it names and is not there
 */
export async function buildDockerfile(
  place: string,
  settings: BuildDockerfileSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<BuildOutcome> {
  const startedMs = job.clock.now()
  const { names = [], outputs, annotations, attestations, cacheOrigins, cacheTargets, squash, ...others } = settings
  const { writeToStandardOutput, ...building } = others
  const wanted: BuildDestinations = {
    names: names.map(taggedReference),
    outputs: outputs ?? [plainOutput('store')],
    annotations: annotations ?? [],
    attestations: attestations ?? { provenance: undefined, sbom: undefined },
    cacheOrigins: cacheOrigins ?? [],
    cacheTargets: cacheTargets ?? [],
    squash: squash ?? false,
    writeToStandardOutput,
  }
  await using opened = await openBuild(place, building, toolchain, job)
  return await buildOpened(opened, wanted, startedMs, toolchain, job)
}

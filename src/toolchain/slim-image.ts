import type { Card } from '../compare/card.ts'
import type { SlimRequest } from '../slim/slim-request.ts'
import { planProbes, type GivenProbes } from '../slim/plan-probes.ts'
import type { Job } from '../std/job.ts'
import type { BuildSettings } from './build-settings.ts'
import { countImages } from './compare-images.ts'
import { badRequest } from './errors.ts'
import { describeSlimming, keepSlim, pushSlim, slimOpened, type Slimmed } from './slim-opened.ts'
import { openSlimSource } from './slim-source.ts'
import { taggedReference } from './tagged-reference.ts'
import type { Toolchain } from './toolchain.ts'

/** How an image is made slim. Nothing needs to be said. */
export interface SlimSettings {
  /** Of the builds that are made on the way. */
  readonly build?: BuildSettings
  /** What the slim image is to be called, if it is proved. */
  readonly names?: readonly string[]
  /** Whether it is pushed by these names, with its proof, rather than named in the store. */
  readonly push?: boolean
  /** What the app is given each time that it is run; by default nothing, and no network. */
  readonly launch?: Partial<SlimRequest['launch']>
  /** How it is asked; by default GET / and what that leads to, and the image's health check. `parseProbe` reads a line. */
  readonly probes?: Partial<GivenProbes>
  /** Patterns of paths that stay, and of paths that go unless the proof fails without them, as in a `.dockerignore`. */
  readonly keep?: readonly string[]
  readonly drop?: readonly string[]
  /** What the final stage begins with; by default nothing, `scratch`. */
  readonly finalBase?: string
  /** Whether the build is mended too: stripped programs, cache mounts. By default true. */
  readonly improves?: boolean
  /** How often what was left out is repaired; by default 8. */
  readonly roundsMax?: number
  /** How the proof and the card call the slim Dockerfile; by default `Dockerfile.slim`. */
  readonly dockerfileName?: string
}

/** What came of it. */
export interface SlimmedImage extends Slimmed {
  /** What is counted of both images. */
  readonly card: Card
}

/** How often what was left out is repaired. */
export const usualRounds = 8

/** What a request says beside the build, with what is usual for all that was not said. */
export function wholeSlimSettings(given: SlimSettings): Omit<SlimRequest, 'build' | 'text' | 'context'> {
  const { launch, probes, keep = [], drop = [], finalBase, improves = true, roundsMax = usualRounds } = given
  const asked = { probes: [], explores: undefined, readyMs: undefined, answerMs: undefined, ...probes }
  return {
    ...{ keep, drop, finalBase, improves, roundsMax },
    launch: { command: undefined, environment: new Map(), mounts: [], network: 'none', ...launch },
    planProbes: ({ config }) => planProbes(config, asked),
  }
}

/**
 * Makes the image of a Dockerfile slim, or one without its Dockerfile: builds and runs it, keeps what it needs, writes that as a Dockerfile,
 * builds that, and proves that it behaves the same. What could not be proved is told in the result, gets no name, and is no error.
 *
 * @param place a context as {@link buildDockerfile} has it, or the name of an image
 * @throws what building throws; SlimError; ToolchainError `bad-request`; ImageError `bad-name`
 */
export async function slimImage(
  place: string,
  settings: SlimSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<SlimmedImage> {
  const { names = [], push = false, dockerfileName = 'Dockerfile.slim' } = settings
  const references = names.map(taggedReference)
  if (push && references.length === 0) badRequest('the slim image has no name to push it by')
  await using source = await openSlimSource(place, settings.build ?? {}, toolchain, job)
  const { build, dockerfile, context } = source
  const request: SlimRequest = { ...wholeSlimSettings(settings), build, text: dockerfile.text, context }
  const result = await slimOpened(request, toolchain, job)
  const slimmed = await describeSlimming(result, request, dockerfileName, toolchain, job)
  const { proof, before, after } = slimmed
  await keepSlim(slimmed, push ? [] : references, toolchain, job)
  if (push && proof.isProved) await pushSlim(slimmed, references, toolchain, job)
  const card = {
    before: { name: source.title, digest: before.descriptor.digest },
    after: { name: names[0] ?? dockerfileName, digest: after.descriptor.digest },
    measures: await countImages(result.before, result.after, toolchain.folders.layers, job),
  }
  await toolchain.mounts.save()
  return { ...slimmed, card }
}

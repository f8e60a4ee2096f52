import type { BuiltImage } from '../../build/built-image.ts'
import type { ImageConfig } from '../../image/config.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import { planLaunches, type PlannedLaunch } from '../launch-command.ts'
import { planForImage } from '../plan-probes.ts'
import { isOfTheImage } from './of-the-image.ts'
import { appLaunch, unrestrained, watchApp, type WatchedRun } from './run-app.ts'
import type { Asking } from './situation.ts'

/** How the slim image is going to be started. */
export interface ChosenLaunch {
  readonly launch: PlannedLaunch
  /** Runs of the app that was started so: a shell that only starts it, and what that reads, is not the app's. */
  readonly runs: readonly WatchedRun[]
}

/**
 * Takes the most direct way to start the app of an image in which it answers as the before image does. A run of its own way counts that was made
 * already.
 *
 * @returns undefined where it answers differently however it is started
 */
export async function chooseLaunch(
  image: BuiltImage,
  runs: readonly WatchedRun[],
  asking: Asking,
  job: Job,
): Promise<ChosenLaunch | undefined> {
  const config = image.config.config ?? {}
  await using tree = await openFileTree(image, asking.machinery.build.layersDirectory, job)
  const own = JSON.stringify([config.Entrypoint ?? [], config.Cmd ?? []])
  for (const launch of await planLaunches(config, tree, job)) {
    const isOwn = own === JSON.stringify([launch.entrypoint ?? [], launch.command ?? []])
    if (isOwn && runs.length > 0) return { launch, runs }
    const run = await watchStarted(image, launch, isOwn, asking, job)
    if (run !== undefined) return { launch, runs: [run] }
  }
  return undefined
}

/** One answer may be another by chance, as in the first seconds after a build: what differs is asked for once more. */
const attemptsMax = 2

/** Undefined where it does not answer as before. */
async function watchStarted(
  image: BuiltImage,
  launch: PlannedLaunch,
  isOwn: boolean,
  { request, machinery, plan, compare }: Asking,
  job: Job,
): Promise<WatchedRun | undefined> {
  const started: BuiltImage = { ...image, config: launchedConfig(image.config, launch) }
  const asked = planForImage(plan, image.config)
  const how = isOwn ? 'of the mended build' : `started without ${launch.replaced ?? 'a shell'}`
  const title = `Asking the app, ${how}`
  let different = ''
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const run = await watchApp(title, appLaunch(request, started, unrestrained), asked, machinery.runner, job)
      const [first] = compare(run.record)
      if (first === undefined) return run
      different = `${first.title}: another ${first.what}`
    }
  } catch (error) {
    job.signal.throwIfAborted()
    if (!isOfTheImage(error)) throw error
    different = errorMessage(error)
  }
  job.emit({ type: 'notice', level: 'info', message: `${how}, the app does not answer as before: ${different}` })
  return undefined
}

function launchedConfig(config: ImageConfig, launch: PlannedLaunch): ImageConfig {
  const { entrypoint, command, workingDirectory, environment } = launch
  const added = Array.from(environment, ([name, value]) => `${name}=${value}`)
  return {
    ...config,
    config: {
      ...config.config,
      ...{ Entrypoint: entrypoint?.slice(), Cmd: command?.slice(), WorkingDir: workingDirectory },
      Env: [...(config.config?.Env ?? []), ...added],
    },
  }
}

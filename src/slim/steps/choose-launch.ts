import type { BuiltImage } from '../../build/built-image.ts'
import type { ImageConfig } from '../../image/config.ts'
import type { Job } from '../../std/job.ts'
import type { PlannedLaunch } from '../launch-command.ts'
import { planForImage } from '../plan-probes.ts'
import { isOfTheImage } from './of-the-image.ts'
import { appLaunch, unrestrained, watchApp, type WatchedRun } from './run-app.ts'
import type { Asking, Source } from './situation.ts'

/** How the slim image is going to be started. */
export interface ChosenLaunch {
  readonly launch: PlannedLaunch
  /** Runs of the source's app that was started so: a shell that only starts it, and what that reads, is not the app's. */
  readonly runs: readonly WatchedRun[]
}

/**
 * Takes the most direct way to start the app in which it answers as before.
 *
 * @param launches the last is the image's own.
 */
export async function chooseLaunch(
  source: Source,
  launches: readonly [PlannedLaunch, ...PlannedLaunch[]],
  asking: Asking,
  job: Job,
): Promise<ChosenLaunch> {
  const { Entrypoint, Cmd } = source.image.config.config ?? {}
  const own = JSON.stringify([Entrypoint ?? [], Cmd ?? []])
  let [chosen] = launches
  for (const launch of launches) {
    chosen = launch
    if (own === JSON.stringify([launch.entrypoint ?? [], launch.command ?? []])) break
    const run = await watchStarted(source, launch, asking, job)
    if (run !== undefined) return { launch, runs: [run] }
  }
  return { launch: chosen, runs: source.runs }
}

/** Undefined where it does not answer as before. */
async function watchStarted(
  { image }: Source,
  launch: PlannedLaunch,
  { request, machinery, plan, compare }: Asking,
  job: Job,
): Promise<WatchedRun | undefined> {
  const started: BuiltImage = { ...image, config: launchedConfig(image.config, launch) }
  const asked = planForImage(plan, image.config)
  const title = `Asking the app, started without ${launch.replaced ?? 'a shell'}`
  try {
    const run = await watchApp(title, appLaunch(request, started, unrestrained), asked, machinery.runner, job)
    return compare(run.record).length === 0 ? run : undefined
  } catch (error) {
    job.signal.throwIfAborted()
    if (!isOfTheImage(error)) throw error
    return undefined
  }
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

import type { BuiltImage } from '../../build/built-image.ts'
import type { ImageConfig } from '../../image/config.ts'
import type { Job } from '../../std/job.ts'
import type { PlannedLaunch } from '../launch-command.ts'
import { planForImage } from '../plan-probes.ts'
import { appLaunch, unrestrained, watchApp, type WatchedRun } from './run-app.ts'
import type { Asking, Source } from './situation.ts'

/**
 * What the app of a source opens when it is started as the slim image is going to be: a shell that only starts it, and what that reads, is not
 * the app's.
 *
 * @returns the source's own runs where nothing changes, or where the app answers differently so.
 */
export async function watchWithoutShell(
  { image, runs }: Source,
  launch: PlannedLaunch,
  { request, machinery, plan, compare }: Asking,
  job: Job,
): Promise<readonly WatchedRun[]> {
  const { Entrypoint, Cmd } = image.config.config ?? {}
  const before = JSON.stringify([Entrypoint ?? [], Cmd ?? []])
  if (launch.needsShell || before === JSON.stringify([launch.entrypoint ?? [], launch.command ?? []])) return runs
  const started: BuiltImage = { ...image, config: launchedConfig(image.config, launch) }
  const asked = planForImage(plan, image.config)
  const title = 'Asking the app, started without a shell'
  const run = await watchApp(title, appLaunch(request, started, unrestrained), asked, machinery.runner, job)
  return compare(run.record).length === 0 ? [run] : runs
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

import type { ContainerNetwork } from '../../container/container.ts'
import type { Job } from '../../std/job.ts'
import { formatDuration } from '../../std/format-time.ts'
import { printableLines } from '../../std/printable.ts'
import type { AppLaunch, AppRunnerOptions, AppSession } from '../app-session.ts'
import type { Companion, Companions } from '../companion.ts'
import { SlimError } from '../errors.ts'
import type { ProcessPlace } from './app-process.ts'
import { openSharedVolumes } from './shared-volumes.ts'

/** Companions that run. Disposing of them ends them. */
export interface StartedCompanions extends AsyncDisposable {
  /** Where whoever is beside them runs. */
  of(hostname: string): ProcessPlace
}

/** Starts one process in a container of its own. */
type StartAlone = (
  launch: AppLaunch,
  options: AppRunnerOptions,
  observed: undefined,
  place: ProcessPlace,
  job: Job,
) => Promise<AppSession>

const lookIntervalMs = 20
const lookIntervalMaxMs = 500
/** How long one that listens may take until it does, and one that ends until it has ended. */
const readyMs = 60_000
const shownLinesMax = 12

/**
 * Starts what runs beside an app, one after the other, each when those before it are ready: it is healthy, it listens, or it has ended where
 * that is what it is for.
 *
 * @throws SlimError `companion-failed`
 */
export async function startCompanions(
  { list, hostNames }: Companions,
  network: AppLaunch['network'],
  options: AppRunnerOptions,
  start: StartAlone,
  job: Job,
): Promise<StartedCompanions> {
  await using opened = new AsyncDisposableStack()
  const sharedNetwork = network === 'host' ? undefined : opened.use(await options.host.openNetwork(network, job))
  const volumes = opened.use(await openSharedVolumes(list, options))
  const of = (hostname: string): ProcessPlace => placeOf(hostname, hostNames, sharedNetwork)
  for (const companion of list) {
    const launch: AppLaunch = {
      ...{ image: companion.image, environment: companion.environment, network },
      mounts: [...(await volumes.mountsOf(companion, job)), ...companion.mounts],
      ...{ command: undefined, companions: undefined, isObserved: false },
      restraint: { user: undefined, isRootReadOnly: false, capabilities: undefined },
    }
    await waitUntilReady(companion, opened.use(await start(launch, options, undefined, of(companion.name), job)), job)
  }
  const held = opened.move()
  return { of, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

function placeOf(
  hostname: string,
  hostNames: readonly string[],
  sharedNetwork: ContainerNetwork | undefined,
): ProcessPlace {
  const extraHosts = hostNames.filter((name) => name !== hostname).map((name) => ({ name, address: '127.0.0.1' }))
  return { hostname, sharedNetwork, extraHosts }
}

async function waitUntilReady(companion: Companion, session: AppSession, job: Job): Promise<void> {
  const { name, health, listens, runsToEnd } = companion
  const isReady = async (): Promise<boolean> => {
    if (runsToEnd) return false
    if (health === undefined) return !listens || (await session.listeningPorts(job)).length > 0
    const { result } = await session.execute(health.command, job)
    return result.kind === 'exited' && result.status === 0
  }
  let end: Awaited<AppSession['ended']> | undefined
  session.ended.then(
    (result) => (end = result),
    () => undefined,
  )
  const timeoutMs = health?.timeoutMs ?? readyMs
  for (let intervalMs = lookIntervalMs; ; intervalMs = Math.min(lookIntervalMaxMs, intervalMs * 2)) {
    if (end !== undefined) {
      if (runsToEnd && end.kind === 'exited' && end.status === 0) return
      throw failed(name, endText(end), session)
    }
    // One that ends meanwhile cannot be asked.
    if (await isReady().catch(() => false)) return
    if (session.elapsedMs() > timeoutMs) {
      throw failed(name, `was not ready within ${formatDuration(timeoutMs)}: ${waitText(companion)}`, session)
    }
    await job.clock.sleep(intervalMs, job.signal)
  }
}

function waitText({ health, runsToEnd }: Companion): string {
  if (runsToEnd) return 'it did not end'
  return health === undefined ? 'it does not listen on a port' : `${health.command.join(' ')} fails`
}

function endText(result: Awaited<AppSession['ended']>): string {
  return result.kind === 'exited' ? `ended with status ${result.status}` : `was ended by ${result.signal}`
}

function failed(name: string, what: string, session: AppSession): SlimError {
  const { stdout, stderr } = session.output()
  const lines = Buffer.concat([stdout, stderr]).toString().trim().split('\n').slice(-shownLinesMax)
  const said = printableLines(lines.join('\n'))
  const quote = said === '' ? '. It said nothing' : `. It said:\n${said.replaceAll(/^/gm, '  ')}`
  return new SlimError('companion-failed', `the service ${name}, which runs beside the app, ${what}${quote}`, {
    hint: 'Try its image with wherry run. Volumes of this machine are read-only, and all services have one loopback: no port twice.',
  })
}

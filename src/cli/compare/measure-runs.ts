import { join } from 'node:path'
import type { PresentImage } from '../../compare/new-bytes.ts'
import { measureTrials, type NotMeasured, type TrialPair } from '../../compare/measure-times.ts'
import { createContainerHost } from '../../container/create-host.ts'
import { copyContent } from '../../image/copy.ts'
import { createAppRunner } from '../../slim/app-runner.ts'
import type { AppLaunch, AppRunner } from '../../slim/app-session.ts'
import { planProbes } from '../../slim/plan-probes.ts'
import { measureStart } from '../../slim/timed-runs.ts'
import type { Job } from '../../std/job.ts'
import { openScratchFolder } from '../../std/scratch-folder.ts'
import { openStore, type LayoutStore } from '../../store/layout-store.ts'
import { buildFolders } from '../../toolchain/build-folders.ts'
import type { CommandContext } from '../context.ts'
import { measureOn, openTransfers, type Measured } from '../measure/measure-on.ts'
import type { SentImage } from '../../toolchain/compared-image.ts'
import type { SimulatedMachine } from '../measure/simulate-machine.ts'
import { startPair, type StartRun } from '../measure/start-pair.ts'
import type { RegistryAccess } from '../registry-config.ts'
import type { ComparedImage } from '../../toolchain/compared-image.ts'
import type { RunRequest, StartRequest } from './run-request.ts'

interface Compared {
  /** Undefined where an earlier card tells. */
  readonly before: ComparedImage | undefined
  readonly after: ComparedImage
  readonly present: readonly (ComparedImage & PresentImage)[]
}

interface Surroundings {
  readonly context: CommandContext
  readonly access: RegistryAccess
  readonly store: LayoutStore
}

/** Runs, pushes and pulls two images, as far as that was asked for. */
export async function measureRuns(
  compared: Compared,
  request: RunRequest,
  surroundings: Surroundings,
): Promise<Measured> {
  const hasTransfers = request.registry !== undefined
  const { context, store } = surroundings
  const { job, environment } = context
  await using held = new AsyncDisposableStack()
  const images = hasTransfers ? await bringHere(compared, store, held, job) : nothingSent
  return await measureOn(
    request,
    { transfers: hasTransfers, apps: request.start !== undefined },
    job,
    async (machine) => {
      await using opened = new AsyncDisposableStack()
      const pairs: TrialPair[] = [...opened.use(openTransfers(images, request, machine, surroundings)).pairs]
      if (request.start !== undefined) {
        const { layersPath: layersDirectory } = store
        const scratchDirectory = buildFolders(store).scratch
        const host = opened.use(createContainerHost({ layersDirectory, scratchDirectory }))
        const runner = createAppRunner({ host, layersDirectory, searchPath: environment['PATH'] ?? '' })
        pairs.push(startsOf(compared, request.start, runner, machine))
      }
      return await measureTrials(pairs, request.runs, job)
    },
  )
}

const nothingSent = { before: undefined, after: undefined, present: [], presentNames: [] }

/** What lies at a registry is brought into a store of its own first: a push is not to wait for a pull. */
async function bringHere(
  { before, after, present }: Compared,
  store: LayoutStore,
  held: AsyncDisposableStack,
  job: Job,
) {
  let staging: LayoutStore | undefined
  const here = async ({ sent, isRemote }: ComparedImage): Promise<SentImage | NotMeasured> => {
    if (sent === undefined) return { why: 'a folder is no image that could be pushed' }
    if (!isRemote) return sent
    staging ??= await openStaging(buildFolders(store).scratch, held, job)
    await copyContent(sent.source, staging, sent.image.descriptor, { platforms: 'all', names: [] }, job)
    return { image: sent.image, source: staging }
  }
  const presentHere: SentImage[] = []
  for (const each of present) {
    const sent = await here(each)
    if ('source' in sent) presentHere.push(sent)
  }
  return {
    before: before === undefined ? undefined : await here(before),
    after: await here(after),
    ...{ present: presentHere, presentNames: present.map(({ name }) => name) },
  }
}

async function openStaging(scratch: string, held: AsyncDisposableStack, job: Job): Promise<LayoutStore> {
  const folder = held.use(await openScratchFolder(scratch))
  return held.use(await openStore(join(folder.path, 'store'), job))
}

function startsOf(
  { before, after }: Compared,
  { environment, probes, words }: StartRequest,
  runner: AppRunner,
  machine: SimulatedMachine | undefined,
): TrialPair {
  const memoryBytes = machine?.memoryBytes
  const runOf = ({ image }: ComparedImage): StartRun => {
    const launch: AppLaunch = {
      ...{ image, command: undefined, environment, mounts: [], network: 'none' },
      restraint: { user: undefined, isRootReadOnly: false, capabilities: undefined },
      ...{ memoryBytes, isObserved: false },
    }
    return (job, looksAtMemory) =>
      measureStart(launch, planProbes(image.config, probes), { runner, looksAtMemory }, job)
  }
  return startPair(before === undefined ? undefined : runOf(before), runOf(after), machine, words)
}

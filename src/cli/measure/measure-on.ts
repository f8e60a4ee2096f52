import type { Simulation } from '../../compare/machine.ts'
import type { Measure } from '../../compare/measure.ts'
import type { NotMeasured } from '../../compare/measure-times.ts'
import { createRegistryClient } from '../../registry-client/client.ts'
import { MemoryMountCandidates } from '../../registry-client/mount-candidates.ts'
import type { Job } from '../../std/job.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { buildFolders } from '../../toolchain/build-folders.ts'
import type { CommandContext } from '../context.ts'
import { registryClientConfig, type RegistryAccess } from '../registry-config.ts'
import type { MeasureRequest } from './measure-request.ts'
import type { SentImage } from '../../toolchain/compared-image.ts'
import { simulateMachine, type MeasuredWork, type SimulatedMachine } from './simulate-machine.ts'
import { transferPairs, type TransferPairs } from './transfer-pairs.ts'

/** Rows that take time, and the machine whose times they are. */
export interface Measured {
  readonly measures: readonly Measure[]
  /** Undefined: this one, as it is. */
  readonly machine: Simulation | undefined
}

/** Measures something on this machine, or on another that it imitates meanwhile. */
export async function measureOn(
  { machine }: MeasureRequest,
  work: MeasuredWork,
  job: Job,
  measure: (machine: SimulatedMachine | undefined) => Promise<readonly Measure[]>,
): Promise<Measured> {
  if (machine === undefined) return { measures: await measure(undefined), machine: undefined }
  await using simulated = simulateMachine(machine, work, job)
  const measures = await measure(simulated)
  return { measures, machine: simulated.simulation() }
}

/** What is pushed and pulled. */
export interface Transferred {
  readonly before: SentImage | NotMeasured | undefined
  readonly after: SentImage | NotMeasured | undefined
  readonly present: readonly SentImage[]
  readonly presentNames: readonly string[]
}

/** The rows of pushing and pulling, if there is a registry to do that with. */
export function openTransfers(
  images: Transferred,
  { registry, machine: asked }: MeasureRequest,
  machine: SimulatedMachine | undefined,
  { context, access, store }: { context: CommandContext; access: RegistryAccess; store: LayoutStore },
): TransferPairs {
  if (registry === undefined) return { pairs: [], [Symbol.asyncDispose]: () => Promise.resolve() }
  const config = registryClientConfig(context, access)
  const own = { ...config.registries, [registry.registry]: { ...config.registries?.[registry.registry], mirrors: [] } }
  const settings = {
    ...{ registry, present: images.present, presentNames: images.presentNames },
    scratchDirectory: buildFolders(store).scratch,
    createClient: (isMeasured: boolean) =>
      createRegistryClient({
        ...{ ...config, registries: own, mountCandidates: new MemoryMountCandidates() },
        ...(isMeasured ? { route: machine?.route, idleTimeoutMs: silenceMs(asked?.bitsPerSecond) } : {}),
      }),
  }
  return transferPairs(images.before, images.after, settings, context.job)
}

const usualSilenceMs = 60_000
/** What the buffers of the system take at once of what is sent: until the line has passed that on, a registry has nothing to say. */
const bufferedBits = 16 * 8e6

function silenceMs(bitsPerSecond = Number.POSITIVE_INFINITY): number {
  return usualSilenceMs + (bufferedBits / bitsPerSecond) * 1000
}

import { againstBaseline } from '../../compare/baseline.ts'
import type { Card } from '../../compare/card.ts'
import type { CardPage } from '../../compare/card-html.ts'
import { hostMachine, type EarlierMachine } from '../../compare/host-machine.ts'
import type { PresentImage } from '../../compare/new-bytes.ts'
import { hostPlatform, parsePlatform } from '../../image/platform.ts'
import { judgeBudget, readBudget } from '../budget.ts'
import type { CommandContext } from '../context.ts'
import { openLocalStore } from '../local-store.ts'
import { Places } from '../places/places.ts'
import type { RegistryAccess } from '../registry-config.ts'
import type { RunRequest } from './run-request.ts'
import { compareFound } from '../../toolchain/compare-images.ts'
import { findCompared, parseComparedName, type ComparedImage } from '../../toolchain/compared-image.ts'

/** What the command line says. */
export interface CardRequest {
  readonly before: string
  readonly after: string
  /** Takes the place of what is measured of `before`. */
  readonly baseline: Card | undefined
  readonly budget: readonly string[]
  /** Images that a node has already. */
  readonly present: readonly string[]
  readonly platform: string | undefined
  /** Whether differences are told. */
  readonly diff: boolean
  /** Whether it becomes a page, which tells what is different, layer by layer. */
  readonly page: boolean
  readonly measuring: RunRequest
}

/** Finds two images and compares them. @throws CompareError, CliError, ImageError, … */
export async function makeCard(
  request: CardRequest,
  access: RegistryAccess,
  context: CommandContext,
): Promise<Omit<CardPage, 'fates'>> {
  const { job } = context
  const budget = await readBudget(request.budget, '.')
  const platform = request.platform === undefined ? hostPlatform() : parsePlatform(request.platform)
  await using store = await openLocalStore(context)
  await using places = new Places(context, access)
  const find = async (name: string): Promise<ComparedImage> =>
    await findCompared(await parseComparedName(name), (place) => places.find(place), platform, job)
  const before = await find(request.before)
  const after = request.after === request.before ? before : await find(request.after)
  const present: (ComparedImage & PresentImage)[] = []
  for (const name of request.present) present.push({ name, ...(await find(name)) })
  const differences = request.diff || (request.page && request.baseline === undefined)
  const asked = { present, differences, layers: request.page && request.baseline === undefined }
  const counted = await compareFound(before, after, asked, store.layersPath, job)
  const compared = { before: request.baseline === undefined ? before : undefined, after, present }
  const { registry, start } = request.measuring
  // What runs and sends images takes long to load, and most cards are made without.
  const timed =
    registry === undefined && start === undefined
      ? { measures: [], machine: undefined }
      : await (await import('./measure-runs.ts')).measureRuns(compared, request.measuring, { context, access, store })
  const all = [...counted.measures, ...timed.measures]
  const measures = request.baseline === undefined ? all : againstBaseline(all, request.baseline)
  const card = {
    before: request.baseline?.after ?? { name: request.before, digest: before.digest },
    after: { name: request.after, digest: after.digest },
    measures,
    machine: timed.machine,
    host: hostMachine(),
    earlier: request.baseline === undefined ? undefined : earlierMachine(request.baseline),
    differences: counted.differences,
    breaks: judgeBudget(budget, measures, job),
  }
  return { card, layers: counted.layers }
}

function earlierMachine({ host, machine }: Card): EarlierMachine {
  return { host, machine }
}

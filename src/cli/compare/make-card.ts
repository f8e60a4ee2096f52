import { againstBaseline } from '../../compare/baseline.ts'
import type { Card } from '../../compare/card.ts'
import type { CardPage } from '../../compare/card-html.ts'
import { diffImages } from '../../compare/diff-images.ts'
import { layerSizes } from '../../compare/layer-sizes.ts'
import { measureImages } from '../../compare/measure-images.ts'
import type { Measure } from '../../compare/measure.ts'
import { measureNewBytes, type PresentImage } from '../../compare/new-bytes.ts'
import { hostPlatform, parsePlatform } from '../../image/platform.ts'
import { judgeBudget, readBudget } from '../budget.ts'
import type { CommandContext } from '../context.ts'
import { openLocalStore } from '../local-store.ts'
import { Places } from '../places/places.ts'
import type { RegistryAccess } from '../registry-access.ts'
import { measureRuns, type RunRequest } from './measure-runs.ts'
import { findCompared, parseComparedName, withFiles, type ComparedImage } from './open-image.ts'

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
    await findCompared(await parseComparedName(name), places, platform, job)
  const before = await find(request.before)
  const after = request.after === request.before ? before : await find(request.after)
  const present: (ComparedImage & PresentImage)[] = []
  for (const name of request.present) present.push({ name, ...(await find(name)) })
  await using beforeFiles = await withFiles(before, store.layersPath, job)
  await using afterFiles = await withFiles(after, store.layersPath, job)
  const counted = measureImages(beforeFiles, afterFiles)
  const rows = present.length === 0 ? counted : withRow(counted, measureNewBytes(before.image, after.image, present))
  const compared = { before: request.baseline === undefined ? before : undefined, after, present }
  const timed = await measureRuns(compared, request.measuring, { context, access, store })
  const all = [...rows, ...timed.measures]
  const measures = request.baseline === undefined ? all : againstBaseline(all, request.baseline)
  const card = {
    before: request.baseline?.after ?? { name: request.before, digest: before.digest },
    after: { name: request.after, digest: after.digest },
    measures,
    machine: timed.machine,
    differences:
      request.diff || (request.page && request.baseline === undefined)
        ? diffImages(beforeFiles, afterFiles)
        : undefined,
    breaks: judgeBudget(budget, measures, job),
  }
  if (request.baseline !== undefined || !request.page) return { card, layers: undefined }
  const layers = { before: layerSizes(beforeFiles, after.image), after: layerSizes(afterFiles, before.image) }
  return { card, layers }
}

/** The row behind those of its group. */
function withRow(measures: readonly Measure[], row: Measure): readonly Measure[] {
  const group = row.id.split('.', 1)[0]
  const place = measures.findLastIndex(({ id }) => id.startsWith(`${group}.`)) + 1
  return measures.toSpliced(place, 0, row)
}

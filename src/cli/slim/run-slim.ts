import { parseDockerfile } from '../../dockerfile/parse.ts'
import { loadImage } from '../../image/image.ts'
import { hostPlatform } from '../../image/platform.ts'
import { proofText } from '../../slim/proof.ts'
import type { SlimRequest } from '../../slim/slim-request.ts'
import type { Job } from '../../std/job.ts'
import { plainStyle } from '../../std/style.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { SentImage } from '../../toolchain/compared-image.ts'
import {
  describeSlimming,
  keepSlim,
  pushSlim,
  slimMachinery,
  slimOpened,
  type Slimmed,
} from '../../toolchain/slim-opened.ts'
import { openSlimSource } from '../../toolchain/slim-source.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'
import { withPlaces } from '../build/build-failure.ts'
import { buildSettingsOf } from '../build/build-settings.ts'
import { judgeBudget, readBudget } from '../budget.ts'
import { openCommandToolchain } from '../command-toolchain.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import type { ExitStatus } from '../exit-status.ts'
import type { Transferred } from '../measure/measure-on.ts'
import { readMeasureRequest } from '../measure/measure-request.ts'
import { buildLineOf } from './build-line.ts'
import { cardPage } from './card-page.ts'
import { cardMeasures, readMeasured } from './card-measures.ts'
import { launchBeside, readCompanions } from './companions.ts'
import type { SlimOptions } from './options.ts'
import { readSlimLine } from './read-slim-line.ts'
import { cardOf, slimReport } from './report.ts'
import { resultPlaces, type ResultPlaces } from './result-places.ts'
import { writeResult } from './write-results.ts'

/** Slims what the line names, writes what came of it, and tells it. The status is 1 where it could not be proved, or does not keep its budget. */
export async function runSlim(
  word: string,
  command: readonly string[],
  options: SlimOptions,
  context: CommandContext,
): Promise<ExitStatus> {
  const { job, environment } = context
  // What is wrong with the line is told before anything is done.
  const asked = readMeasured(options.measure)
  const budget = await readBudget(options.budget, word)
  const measuring = readMeasureRequest(options)
  const names = options.tag.map(taggedReference)
  if (options.push && names.length === 0) {
    wrongUsage('the slim image has no name to push it by', 'Give it one with --tag REGISTRY/NAME:TAG.')
  }
  const line = await readSlimLine(command, options, context)
  const project = await readCompanions(word, options, environment)
  const settings = await buildSettingsOf(buildLineOf(options), context)
  await using toolchain = await openCommandToolchain(context, options)
  await using source = await openSlimSource(word, settings, toolchain, job)
  const results = await resultPlaces(options, source.outputPath)
  const { build, dockerfile } = source
  const launch =
    project === undefined
      ? line.launch
      : await launchBeside(project, line.launch, source, { options, context, toolchain })
  const request: SlimRequest = { ...line, launch, build, text: dockerfile.text, context: source.context }
  const failing = {
    dockerfile,
    document: parseDockerfile(request.text).document,
    contextNames: request.build.namedContexts.keys(),
  }
  const result = await withPlaces(failing, () => slimOpened(request, toolchain, job))
  const slimmed = await describeSlimming(result, request, results.dockerfile, toolchain, job)
  const { proof } = slimmed
  // What took minutes to find is written down before anything else is tried.
  await writeResults(slimmed, results, context)
  await keepSlim(slimmed, options.push ? [] : names, toolchain, job)
  const transferred = await sentImages(slimmed, toolchain.store, job)
  const runs = { measuring, transferred, surroundings: { context, access: options, store: toolchain.store } }
  const measured = await cardMeasures(result, asked, request, slimMachinery(toolchain), runs)
  const breaks = judgeBudget(budget, measured.measures, job)
  const isGood = proof.isProved && (breaks ?? []).length === 0
  if (isGood && options.push) await pushSlim(slimmed, names, toolchain, job)
  await toolchain.mounts.save()
  const report = { result, proof, measured, breaks, source, outputPath: results.dockerfile }
  if (results.card !== undefined) {
    await writeResult(
      results.card,
      await cardPage(slimmed, cardOf(report, options), toolchain.folders.layers, job),
      context,
    )
  }
  if (results.isOutputTaken) {
    context.endDrawing()
    process.stderr.write(`\n${slimReport(report, options, { ...context, style: plainStyle })}`)
  } else await context.output.write(slimReport(report, options, context))
  return isGood ? 0 : 1
}

/** The Dockerfile, and what else is asked for. */
async function writeResults(
  { result, text, proof }: Slimmed,
  { dockerfile, ledger, proof: proofPath }: ResultPlaces,
  context: CommandContext,
): Promise<void> {
  await writeResult(dockerfile, text, context)
  if (ledger !== undefined) await writeResult(ledger, `${JSON.stringify(result.ledger, undefined, 1)}\n`, context)
  if (proofPath !== undefined) await writeResult(proofPath, proofText(proof), context)
}

/** Both images, to be pushed and pulled. */
async function sentImages({ before, after }: Slimmed, store: LayoutStore, job: Job): Promise<Transferred> {
  const load = async ({ descriptor }: Slimmed['after']): Promise<SentImage> => {
    return { image: await loadImage(store, descriptor, hostPlatform(), job), source: store }
  }
  return { before: await load(before), after: await load(after), present: [], presentNames: [] }
}

import { exportImages } from '../../build/export-images.ts'
import { assembleImages, type AssembledImage } from '../../build/assemble-images.ts'
import { plainOutput } from '../../build/build-output.ts'
import type { BuiltImage } from '../../build/built-image.ts'
import { createContainerHost } from '../../container/create-host.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { loadImage } from '../../image/image.ts'
import { hostPlatform } from '../../image/platform.ts'
import type { Reference } from '../../image/reference.ts'
import { createAppRunner } from '../../slim/app-runner.ts'
import { proofText, writeProof, type SlimProof } from '../../slim/proof.ts'
import type { SlimMachinery, SlimRequest } from '../../slim/slim-request.ts'
import { slim, type SlimResult } from '../../slim/slim.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { plainStyle } from '../../std/style.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { withPlaces } from '../build/build-failure.ts'
import { buildFolders } from '../build/build-folders.ts'
import { exportEnvironment } from '../build/export-environment.ts'
import { createRegistryClients, type RegistryClients } from '../build/registry-clients.ts'
import { judgeBudget, readBudget } from '../budget.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import type { ExitStatus } from '../exit-status.ts'
import { openLocalStore } from '../local-store.ts'
import type { Transferred } from '../measure/measure-on.ts'
import { readMeasureRequest } from '../measure/measure-request.ts'
import type { SentImage } from '../measure/measuring-repository.ts'
import { fileMountMemory } from '../mount-memory.ts'
import { taggedReference } from '../tagged-reference.ts'
import { cardMeasures, readMeasured } from './card-measures.ts'
import type { SlimOptions } from './options.ts'
import { launchBeside, readCompanions } from './companions.ts'
import { markedText } from './marked-text.ts'
import { proofOf } from './proof-of.ts'
import { readSlimLine } from './read-slim-line.ts'
import { readSlimSource } from './read-source.ts'
import { slimReport } from './report.ts'
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
  await using store = await openLocalStore(context)
  await using opened = new AsyncDisposableStack()
  const { cache: cacheDirectory, scratch: scratchDirectory } = buildFolders(store)
  const memory = fileMountMemory(environment)
  const clients = createRegistryClients(context, options, memory, opened)
  const surroundings = { ...context, store, cacheDirectory, registries: () => clients(false) }
  const source = opened.use(await readSlimSource(word, options, surroundings))
  const results = await resultPlaces(options, source.outputPath)
  const { build, dockerfile } = source
  const { layersPath: layersDirectory } = store
  const containers = opened.use(createContainerHost({ layersDirectory, scratchDirectory }))
  const machinery: SlimMachinery = {
    build: { store, layersDirectory, cacheDirectory, containers, cache: undefined },
    runner: createAppRunner({ host: containers, layersDirectory, searchPath: environment['PATH'] ?? '' }),
  }
  const launch =
    project === undefined
      ? line.launch
      : await launchBeside(project, line.launch, source, { options, surroundings, machinery })
  const request: SlimRequest = { ...line, launch, build, text: dockerfile.text, context: source.context }
  const failing = {
    dockerfile,
    document: parseDockerfile(request.text).document,
    contextNames: request.build.namedContexts.keys(),
  }
  const result = await withPlaces(failing, () => slim(request, machinery, job))
  const images = {
    before: await describeImage(result.before, store, context),
    after: await describeImage(result.after, store, context),
  }
  // What took minutes to find is written down before anything else is tried.
  const places = { store, cacheDirectory, clients, names, options, results }
  const proof = await writeImages({ ...images, result }, request, places, context)
  const transferred = await sentImages(images, store, job)
  const runs = { measuring, transferred, surroundings: { context, access: options, store } }
  const measured = await cardMeasures(result, asked, request, machinery, runs)
  await memory.save()
  const breaks = judgeBudget(budget, measured.measures, job)
  const isGood = proof.isProved && (breaks ?? []).length === 0
  if (isGood && options.push) await push(result.after, images.after.descriptor, proof, places, context)
  const report = { result, proof, measured, breaks, source, outputPath: results.dockerfile }
  if (results.isOutputTaken) {
    context.endDrawing()
    process.stderr.write(`\n${slimReport(report, options, { ...context, style: plainStyle })}`)
  } else await context.output.write(slimReport(report, options, context))
  return isGood ? 0 : 1
}

interface Places {
  readonly store: LayoutStore
  readonly cacheDirectory: string
  readonly clients: RegistryClients
  /** What the slim image is to be called. */
  readonly names: readonly Reference[]
  readonly options: SlimOptions
  readonly results: ResultPlaces
}

/** The images with their documents, the proof, the Dockerfile. What is not proved gets no name. */
async function writeImages(
  { result, before, after }: Described & { readonly result: SlimResult },
  request: SlimRequest,
  places: Places,
  context: CommandContext,
): Promise<SlimProof> {
  const { job } = context
  const { store, results } = places
  const text = markedText(result)
  const outputPath = results.dockerfile
  const proof = proofOf(result, { before, after, text, outputPath, network: request.launch.network })
  await writeResult(outputPath, text, context)
  if (results.ledger !== undefined) {
    await writeResult(results.ledger, `${JSON.stringify(result.ledger, undefined, 1)}\n`, context)
  }
  if (results.proof !== undefined) await writeResult(results.proof, proofText(proof), context)
  await writeProof(proof, after.descriptor, store, job)
  if (proof.isProved && !places.options.push) await exportTo('store', result.after, places, context)
  return proof
}

/** Both images as they are in the store. */
interface Described {
  readonly before: AssembledImage
  readonly after: AssembledImage
}

/** Both images, to be pushed and pulled. */
async function sentImages({ before, after }: Described, store: LayoutStore, job: Job): Promise<Transferred> {
  const load = async ({ descriptor }: AssembledImage): Promise<SentImage> => {
    return { image: await loadImage(store, descriptor, hostPlatform(), job), source: store }
  }
  return { before: await load(before), after: await load(after), present: [], presentNames: [] }
}

/** Writes an image's documents into the store. */
async function describeImage(image: BuiltImage, store: LayoutStore, { job }: CommandContext): Promise<AssembledImage> {
  const plain = { ociMediaTypes: true, annotations: [], attestations: new Map(), names: [] } as const
  const assembled = await assembleImages([image], { ...plain, attestationsAsArtifacts: true }, store, job)
  const [first] = assembled.images
  assert(first !== undefined, 'no image was written')
  return first
}

/** Pushes the image with its proof, which refers to it. */
async function push(
  image: BuiltImage,
  descriptor: Descriptor,
  proof: SlimProof,
  places: Places,
  context: CommandContext,
): Promise<void> {
  await exportTo('push', image, places, context)
  const client = await places.clients(false)
  for (const name of places.names) {
    await writeProof(proof, descriptor, client.repository(name, 'push'), context.job)
  }
}

async function exportTo(
  place: 'store' | 'push',
  image: BuiltImage,
  { store, cacheDirectory, clients, names }: Places,
  context: CommandContext,
): Promise<void> {
  const environment = exportEnvironment(context, store, cacheDirectory, clients)
  const outputs = [plainOutput(place)]
  await exportImages(
    { images: [image], outputs, names, annotations: [], attestations: new Map() },
    environment,
    context.job,
  )
}

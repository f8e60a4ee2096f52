import { attestImages, type BuildFacts } from '../../build/attest-images.ts'
import { exportImages } from '../../build/export-images.ts'
import type { CommandContext } from '../context.ts'
import { openLocalStore } from '../local-store.ts'
import { fileMountMemory } from '../mount-memory.ts'
import { withPlaces } from './build-failure.ts'
import { buildFolders } from './build-folders.ts'
import { buildImages } from './build-images.ts'
import { readDestinations } from './destinations.ts'
import { exportEnvironment } from './export-environment.ts'
import { repositoryFacts } from './local-git.ts'
import type { BuildOptions } from './options.ts'
import { readBuildRequest, type ReadRequest } from './read-request.ts'
import { createRegistryClients } from './registry-clients.ts'
import { writeReports } from './reports.ts'
import { refuseFailedChecks, warnOfChecks } from './run-checks.ts'

/** Builds what the line says, brings it to its outputs, and tells what came of it. */
export async function runBuild(word: string, options: BuildOptions, context: CommandContext): Promise<void> {
  const { job } = context
  const startedMs = job.clock.now()
  // What is wrong with the line is told before anything is done.
  const wanted = readDestinations(options)
  await using store = await openLocalStore(context)
  await using opened = new AsyncDisposableStack()
  const { cache: directory, scratch } = buildFolders(store)
  const memory = fileMountMemory(context.environment)
  const clients = createRegistryClients(context, options, memory, opened)
  const surroundings = { ...context, store, cacheDirectory: directory, registries: () => clients(false) }
  await using read = await readBuildRequest(word, options, surroundings)
  await refuseFailedChecks(read, options, context)
  const { request, dockerfile } = read
  const failing = { dockerfile, document: request.document, contextNames: request.namedContexts.keys() }
  await withPlaces(failing, async () => {
    const places = { store, directory, scratch, clients, opened }
    const { images, cache } = await buildImages(request, wanted, options.squash, places, job)
    const vcs = wanted.attestations.provenance === undefined ? undefined : await vcsOf(read, context)
    const facts = { request, startedMs, ...sourcesOf(read), vcs }
    const attestations = await attestImages(images, wanted.attestations, facts, store.layersPath, job)
    const { outputs, names, annotations } = wanted
    const environment = exportEnvironment(context, store, directory, clients)
    const report = await exportImages({ images, outputs, names, annotations, attestations }, environment, job)
    if (cache !== undefined) {
      const { exportCaches } = await import('./caches.ts')
      await exportCaches(wanted.cacheTargets, images, cache, places, job)
    }
    await memory.save()
    await writeReports(report, attestations, options, context)
  })
  await warnOfChecks(read, options, surroundings)
}

/** What provenance says of where the context and the Dockerfile come from. */
function sourcesOf({ context, dockerfile }: ReadRequest): Pick<BuildFacts, 'source' | 'localSources'> {
  const localSources = [
    ...(context.folder === undefined ? [] : ['context']),
    ...(dockerfile.path === undefined ? [] : ['dockerfile']),
  ]
  return { source: context.material, localSources }
}

/** As with buildx, BUILDX_GIT_INFO=false keeps the repository of a folder to itself. That of a fetched context is its source already. */
async function vcsOf({ context }: ReadRequest, { environment }: CommandContext): Promise<BuildFacts['vcs']> {
  const isUnwanted = /^(?:0|f|false)$/i.test(environment['BUILDX_GIT_INFO'] ?? '')
  return isUnwanted || context.folder === undefined ? undefined : await repositoryFacts(context.folder)
}

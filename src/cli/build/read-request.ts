import type { BuildRequest } from '../../build/build-request.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import type { RegistryClient } from '../../registry-client/client.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { CommandContext } from '../context.ts'
import type { SourceFile } from '../lint/source-file.ts'
import { accessOf } from './access.ts'
import { buildDate } from './build-date.ts'
import { trustedCertificates } from './certificates.ts'
import { openBuildContext, openNamedContexts, type OpenedContext } from './contexts.ts'
import { refuseErrors } from './dockerfile-error.ts'
import { createImageResolver } from './image-resolver.ts'
import type { BuildOptions } from './options.ts'
import { compressionOf } from './outputs.ts'
import { proxyArguments } from './proxy-arguments.ts'
import { ulimitsOf } from './ulimits.ts'
import {
  allowsInsecureOf,
  buildArgumentsOf,
  extraHostsOf,
  labelsOf,
  networkOf,
  platformsOf,
  sharedMemoryOf,
} from './values.ts'

/** A build as it was asked for, and the Dockerfile for messages. Disposing of it closes its contexts. */
export interface ReadRequest extends AsyncDisposable {
  readonly request: BuildRequest
  readonly dockerfile: SourceFile
  readonly context: OpenedContext
}

/** What reading takes beside the line. */
export interface RequestSurroundings extends CommandContext {
  readonly store: LayoutStore
  /** Of the build cache. */
  readonly cacheDirectory: string
  readonly registries: () => Promise<RegistryClient>
}

/** The part of a request that the line says alone. */
type LineRequest = Omit<
  BuildRequest,
  'document' | 'dockerfileName' | 'context' | 'namedContexts' | 'images' | 'dateSeconds'
>

/**
 * Reads what the line asks for, then opens what it names.
 *
 * @throws CliError; BuildError `bad-build-option`; DockerfileError; what opening contexts throws
 */
export async function readBuildRequest(
  word: string,
  options: BuildOptions,
  surroundings: RequestSurroundings,
): Promise<ReadRequest> {
  const { job, store, registries } = surroundings
  const line = await readLine(options, surroundings)
  await using opened = new AsyncDisposableStack()
  const { buildArguments, secrets, sshAgents } = line
  const places = { ...surroundings, buildArguments, secrets, sshAgents, opened }
  const context = await openBuildContext(word, options.file, places)
  const { dockerfile, tree } = context
  const { document, diagnostics } = parseDockerfile(dockerfile.text)
  refuseErrors(dockerfile, diagnostics)
  const namedContexts = await openNamedContexts(options['build-context'], places)
  const named = [...namedContexts.values()].flatMap((each) => (each.kind === 'image' ? [each.reference] : []))
  const images = createImageResolver({ store, registries, pull: options.pull, layouts: new Set(named) })
  const request: BuildRequest = {
    ...line,
    document,
    dockerfileName: dockerfile.name,
    context: tree,
    namedContexts,
    images: opened.use(images),
    dateSeconds: await buildDate({ ...context, buildArguments }, job),
  }
  const moved = opened.move()
  return { request, dockerfile, context, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

async function readLine(options: BuildOptions, { environment, configuration }: CommandContext): Promise<LineRequest> {
  const epoch = environment['SOURCE_DATE_EPOCH'] ?? ''
  const buildArguments = new Map([
    ...(await proxyArguments(environment)),
    ...(epoch === '' ? [] : [['SOURCE_DATE_EPOCH', epoch] as const]),
    ...buildArgumentsOf(options['build-arg'], environment),
  ])
  return {
    buildArguments,
    target: options.target,
    platforms: platformsOf(options.platform, environment),
    labels: labelsOf(options.label),
    ...(await accessOf(options, environment)),
    network: networkOf(options.network),
    extraHosts: extraHostsOf(options['add-host']),
    allowsInsecure: allowsInsecureOf(options.allow),
    sharedMemoryBytes: sharedMemoryOf(options['shm-size']),
    ulimits: ulimitsOf(options.ulimit),
    withoutCache: options['no-cache']
      ? 'all'
      : new Set(options['no-cache-filter'].map((name) => name.trim().toLowerCase())),
    compression: compressionOf(options),
    trustedCertificates: await trustedCertificates(
      options['ca-certificates'] ?? configuration.build.caCertificates,
      environment,
    ),
  }
}

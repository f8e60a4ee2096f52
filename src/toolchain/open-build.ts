import type { BuildRequest } from '../build/build-request.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import type { Job } from '../std/job.ts'
import { openBuildContext, openNamedContexts, type OpenedContext } from './build-context.ts'
import { wholeSettings, type BuildSettings } from './build-settings.ts'
import { refuseErrors } from './dockerfile-error.ts'
import { createImageResolver } from './image-resolver.ts'
import { buildDate } from './opening/build-date.ts'
import type { SourceFile } from './source-file.ts'
import type { Toolchain } from './toolchain.ts'

/** A build as it was asked for, and the Dockerfile for messages. Disposing of it closes its contexts. */
export interface OpenedBuild extends AsyncDisposable {
  readonly request: BuildRequest
  readonly dockerfile: SourceFile
  readonly context: OpenedContext
}

/**
 * Opens what a build names: its context, its Dockerfile, further contexts. No image is fetched.
 *
 * @param place what COPY takes files from: a folder, a git repository, an archive or its URL, or `-` for standard input
 * @throws ToolchainError; BuildError `bad-build-option`; DockerfileError; what opening contexts throws
 */
export async function openBuild(
  place: string,
  settings: BuildSettings,
  toolchain: Omit<Toolchain, keyof AsyncDisposable>,
  job: Job,
): Promise<OpenedBuild> {
  const { store, registries, folders, environment } = toolchain
  const { file, namedContexts: named = new Map<string, string>(), pull = false, ...others } = settings
  const whole = wholeSettings(others)
  await using opened = new AsyncDisposableStack()
  const { buildArguments, secrets, sshAgents } = whole
  const access = { buildArguments, secrets, sshAgents }
  const surroundings = { ...access, cacheDirectory: folders.builds, environment, opened, job }
  const context = await openBuildContext(place, file, surroundings)
  const { dockerfile, tree } = context
  const { document, diagnostics } = parseDockerfile(dockerfile.text)
  refuseErrors(dockerfile, diagnostics)
  const namedContexts = await openNamedContexts(named, surroundings)
  const layouts = new Set([...namedContexts.values()].flatMap((each) => (each.kind === 'image' ? each.reference : [])))
  const images = createImageResolver({ store, registries: () => registries(false), pull, layouts })
  const request: BuildRequest = {
    ...whole,
    ...{ document, dockerfileName: dockerfile.name, context: tree, namedContexts },
    images: opened.use(images),
    dateSeconds: await buildDate({ ...context, buildArguments }, job),
  }
  const moved = opened.move()
  return { request, dockerfile, context, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

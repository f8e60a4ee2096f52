import { resolve } from 'node:path'
import { build } from '../../build/build.ts'
import type { ContainerMount } from '../../container/container.ts'
import type { ImageConfig, RunConfig } from '../../image/config.ts'
import { loadImage, type Image } from '../../image/image.ts'
import type { Companion, CompanionHealth } from '../../slim/companion.ts'
import { readCompose, type ComposeProject } from '../../slim/read-compose.ts'
import type { SlimRequest } from '../../slim/slim-request.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { openBuild } from '../../toolchain/open-build.ts'
import { slimMachinery } from '../../toolchain/slim-opened.ts'
import type { Toolchain } from '../../toolchain/toolchain.ts'
import { buildSettingsOf } from '../build/build-settings.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { buildLineOf } from './build-line.ts'
import type { SlimOptions } from './options.ts'
import type { SlimSource } from '../../toolchain/slim-source.ts'

type Composed = ComposeProject['app']
type FoundImage = Pick<Image, 'config' | 'layers'> & Pick<Companion, 'origin'>

/** The compose file of `--probe-with`; undefined without one. @throws SlimError `bad-compose`; CliError `wrong-usage` */
export async function readCompanions(
  word: string,
  options: SlimOptions,
  environment: NodeJS.ProcessEnv,
): Promise<ComposeProject | undefined> {
  const path = options['probe-with']
  if (path === undefined) {
    if (options['probe-service'] !== undefined) wrongUsage('--probe-service goes with --probe-with')
    return undefined
  }
  const project = await readCompose(path, { name: options['probe-service'], folder: resolve(word) }, environment)
  const { name, entrypoint, user, workingDirectory } = project.app
  if (entrypoint !== undefined || user !== undefined || workingDirectory !== undefined) {
    wrongUsage(
      `${path}: the service ${name} is slimmed, and its entrypoint, user and working_dir are not supported there`,
      'Write them into its Dockerfile: ENTRYPOINT, USER, WORKDIR.',
    )
  }
  return project
}

/** What the app is given each time that it is run: what the line says counts more than the compose file. */
export async function launchBeside(
  { app, companions }: ComposeProject,
  launch: SlimRequest['launch'],
  source: SlimSource,
  places: {
    readonly options: SlimOptions
    readonly context: CommandContext
    readonly toolchain: Toolchain
  },
): Promise<SlimRequest['launch']> {
  const list: Companion[] = []
  for (const each of companions) list.push(await companionOf(each, source, places))
  const taken = new Set(launch.mounts.map(({ target }) => target))
  const isOwn = (mount: ContainerMount): boolean => !taken.has(mount.target) && !hidesBuild(mount, app)
  return {
    ...launch,
    command: launch.command ?? app.command,
    environment: new Map([...app.environment, ...launch.environment]),
    mounts: [...app.mounts.filter(isOwn), ...launch.mounts],
    companions: { list, hostNames: [app, ...companions].flatMap(({ hostNames }) => hostNames) },
  }
}

/** While developing, the source lies over what was built of it: here it is the image that is asked. */
function hidesBuild(mount: ContainerMount, { build: own }: Composed): boolean {
  return mount.kind === 'bind' && own !== undefined && `${own.folder}/`.startsWith(`${mount.source}/`)
}

async function companionOf(
  composed: Composed,
  source: SlimSource,
  { options, context, toolchain }: Parameters<typeof launchBeside>[3],
): Promise<Companion> {
  const { job } = context
  const image =
    composed.build === undefined
      ? await namedImage(composed.image ?? '', source, job)
      : await builtImage(composed.build, options, context, toolchain)
  const config = ownConfig(composed, image.config.config ?? {})
  return {
    ...{ name: composed.name, environment: composed.environment, mounts: composed.mounts },
    ...{ origin: image.origin, volumes: composed.volumes },
    image: { layers: image.layers, config: { ...image.config, config } },
    health: healthOf(composed, image.config),
    listens: composed.hasPorts || Object.keys(config.ExposedPorts ?? {}).length > 0,
    runsToEnd: composed.runsToEnd,
  }
}

async function namedImage(name: string, { build: { images }, platform }: SlimSource, job: Job): Promise<FoundImage> {
  const { source, descriptor } = await images.resolve(name, platform, job)
  const image = await loadImage(source, descriptor, platform, job)
  return { layers: image.layers, config: image.config, origin: { reference: name, manifest: image.descriptor.digest } }
}

async function builtImage(
  { folder, dockerfile, target, arguments: given }: NonNullable<Composed['build']>,
  options: SlimOptions,
  context: CommandContext,
  toolchain: Toolchain,
): Promise<FoundImage> {
  const line = {
    ...buildLineOf(options),
    ...{ file: dockerfile, target, 'build-context': [] },
    'build-arg': Array.from(given, ([name, value]) => `${name}=${value}`),
  }
  const settings = await buildSettingsOf(line, context)
  await using opened = await openBuild(folder, settings, toolchain, context.job)
  const [image] = await build(opened.request, slimMachinery(toolchain).build, context.job)
  assert(image !== undefined, 'a build without an image')
  return { layers: image.layers, config: image.config, origin: undefined }
}

/** A service with an entry point of its own has nothing of the image's command. */
function ownConfig({ entrypoint, command, user, workingDirectory }: Composed, config: RunConfig): RunConfig {
  return {
    ...config,
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint.slice(), Cmd: undefined }),
    ...(command === undefined ? {} : { Cmd: command.slice() }),
    ...(user === undefined ? {} : { User: user }),
    ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
  }
}

function healthOf({ healthTest, healthTimeoutMs }: Composed, { config }: ImageConfig): CompanionHealth | undefined {
  const [form, ...words] = healthTest ?? config?.Healthcheck?.Test ?? []
  if (words.length === 0 || form === 'NONE') return undefined
  const command = form === 'CMD-SHELL' ? [...(config?.Shell ?? ['/bin/sh', '-c']), ...words] : words
  return { command, timeoutMs: healthTimeoutMs }
}

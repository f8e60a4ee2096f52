import { readFile, realpath } from 'node:fs/promises'
import { posix, relative, resolve } from 'node:path'
import type { SandboxMount } from '../../sandbox/process-spec.ts'
import { errorMessage } from '../../std/errors.ts'
import { SlimError } from '../errors.ts'
import type { ComposeService } from './compose-schema.ts'
import { parseDuration, parseVariables, splitWords, type ComposeVariables } from './interpolate.ts'

/** How a service's image is made. */
export interface ComposedBuild {
  readonly folder: string
  readonly dockerfile: string | undefined
  readonly target: string | undefined
  readonly arguments: ReadonlyMap<string, string>
}

/** A service, with paths of this machine. */
export interface ComposedService {
  readonly name: string
  /** It, and further names by which others may call it. */
  readonly hostNames: readonly string[]
  readonly image: string | undefined
  readonly build: ComposedBuild | undefined
  readonly command: readonly string[] | undefined
  readonly entrypoint: readonly string[] | undefined
  readonly workingDirectory: string | undefined
  readonly user: string | undefined
  readonly environment: ReadonlyMap<string, string>
  /** Folders and files of the machine, all read-only, and memory. */
  readonly mounts: readonly SandboxMount[]
  /** Volumes with names: what is in them is thrown away when all have ended. */
  readonly volumes: readonly NamedVolume[]
  /** As configs have it; undefined: the image's own. */
  readonly healthTest: readonly string[] | undefined
  readonly healthTimeoutMs: number
  readonly hasPorts: boolean
  /** Whether somebody waits for its end. */
  readonly runsToEnd: boolean
}

/** Where a service has a volume that others may have, too. */
export interface NamedVolume {
  readonly name: string
  /** An absolute path in the service's container. */
  readonly target: string
  readonly isReadOnly: boolean
}

interface ServiceContext {
  readonly path: string
  readonly folder: string
  readonly variables: ComposeVariables
  readonly services: Readonly<Record<string, ComposeService>>
}

/** A minute at least: what is slow on a busy machine is not unhealthy. */
const healthTimeoutMinMs = 60_000

/** @throws SlimError `bad-compose` */
export async function serviceOf(name: string, context: ServiceContext, runsToEnd: boolean): Promise<ComposedService> {
  const service = context.services[name] ?? {}
  const { healthcheck } = service
  const refuse = (message: string): never => {
    throw new SlimError('bad-compose', `${context.path}: the service ${name}: ${message}`)
  }
  if (service.image === undefined && service.build === undefined) refuse('it has neither image nor build')
  const volumes = await volumesOf(service, context, refuse)
  return {
    ...{ name, image: service.image, build: buildOf(service, context), runsToEnd },
    hostNames: [name, ...[service.hostname, service.container_name].filter((each) => each !== undefined)],
    command: wordsOf(service.command),
    entrypoint: wordsOf(service.entrypoint),
    workingDirectory: service.working_dir,
    user: service.user === undefined ? undefined : String(service.user),
    environment: await environmentOf(service, context, refuse),
    mounts: [...volumes.mounts, ...memoryOf(service)],
    volumes: volumes.named,
    healthTest: healthcheck?.disable === true ? ['NONE'] : testOf(healthcheck?.test),
    healthTimeoutMs: healthTimeout(healthcheck, refuse),
    hasPorts: service.ports !== undefined || service.expose !== undefined,
  }
}

type Refuse = (message: string) => never

function wordsOf(value: string | readonly string[] | null | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? splitWords(value) : value
}

function testOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? ['CMD-SHELL', value] : value
}

function buildOf({ build }: ComposeService, { folder, variables }: ServiceContext): ComposedBuild | undefined {
  if (build === undefined) return undefined
  const { context = '.', dockerfile, target, args } = typeof build === 'string' ? { context: build } : build
  const place = resolve(folder, context)
  return {
    folder: place,
    dockerfile: dockerfile === undefined ? undefined : resolve(place, dockerfile),
    target,
    arguments: pairsOf(args, variables),
  }
}

/** A variable without a value has the caller's, or is not there. */
function pairsOf(value: ComposeService['environment'], variables: ComposeVariables): ReadonlyMap<string, string> {
  const pairs = Array.isArray(value)
    ? value.map((word): readonly [string, string | undefined] => {
        const at = word.indexOf('=')
        return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
      })
    : Object.entries(value ?? {}).map(([name, each]) => [name, each === null ? undefined : String(each)] as const)
  return new Map(
    pairs.flatMap(([name, own]) => {
      const known = own ?? variables.get(name)
      return known === undefined ? [] : [[name, known] as const]
    }),
  )
}

async function environmentOf(
  { env_file: files, environment }: ComposeService,
  { folder, variables }: ServiceContext,
  refuse: Refuse,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const file of typeof files === 'string' ? [files] : (files ?? [])) {
    const { path, required = true } = typeof file === 'string' ? { path: file } : file
    try {
      for (const [name, value] of parseVariables(await readFile(resolve(folder, path), 'utf8'))) found.set(name, value)
    } catch (error) {
      if (required) refuse(`env_file ${path} cannot be read: ${errorMessage(error)}`)
    }
  }
  for (const [name, value] of pairsOf(environment, variables)) found.set(name, value)
  return found
}

interface FoundVolumes {
  readonly mounts: readonly SandboxMount[]
  readonly named: readonly NamedVolume[]
}

/** What a service writes is thrown away: so a volume is nothing but a folder of its root, and what is the machine's can only be read. */
async function volumesOf(service: ComposeService, { folder }: ServiceContext, refuse: Refuse): Promise<FoundVolumes> {
  const mounts: SandboxMount[] = []
  const named: NamedVolume[] = []
  for (const volume of service.volumes ?? []) {
    const { type, source, target } = typeof volume === 'string' ? shortVolume(volume) : volume
    if (!target.startsWith('/')) refuse(`the volume ${target} is no absolute path`)
    if (type === 'tmpfs') mounts.push({ kind: 'tmpfs', target, sizeBytes: undefined, mode: undefined })
    else if (type === 'bind') {
      const place = await realpath(resolve(folder, source ?? '.')).catch(() => undefined)
      // A folder that is not there yet is an empty one.
      if (place === undefined) continue
      const isOutside = relative(await realpath(folder), place).split('/')[0] === '..'
      if (isOutside)
        refuse(`the volume ${source ?? ''} lies outside of the folder of the compose file, which is not supported`)
      mounts.push({ kind: 'bind', source: place, target, isReadOnly: true })
    } else if (source !== undefined) {
      named.push({ name: source, target: posix.resolve(target), isReadOnly: isReadOnly(volume) })
    }
  }
  return { mounts, named }
}

function isReadOnly(volume: NonNullable<ComposeService['volumes']>[number]): boolean {
  if (typeof volume !== 'string') return volume.read_only === true
  return (volume.split(':')[2] ?? '').split(',').includes('ro')
}

function shortVolume(text: string): {
  readonly type: 'bind' | 'volume'
  readonly source: string | undefined
  readonly target: string
} {
  const [first = '', second] = text.split(':')
  if (second === undefined) return { type: 'volume', source: undefined, target: first }
  return { type: /^[./~]/.test(first) ? 'bind' : 'volume', source: first, target: second }
}

function memoryOf({ tmpfs }: ComposeService): readonly SandboxMount[] {
  const places = typeof tmpfs === 'string' ? [tmpfs] : (tmpfs ?? [])
  return places.map((place) => ({
    kind: 'tmpfs',
    target: posix.resolve('/', place.split(':')[0] ?? ''),
    sizeBytes: undefined,
    mode: undefined,
  }))
}

function healthTimeout(health: ComposeService['healthcheck'], refuse: Refuse): number {
  const milliseconds = (text: string | undefined, usual: number): number => {
    if (text === undefined) return usual
    return parseDuration(text) ?? refuse(`${text} is no duration such as 30s`)
  }
  const interval = milliseconds(health?.interval, 30_000)
  const start = milliseconds(health?.start_period, 0)
  const retries = Number(health?.retries ?? 3)
  if (!Number.isFinite(retries)) refuse('retries is no number')
  return Math.max(healthTimeoutMinMs, start + retries * (interval + milliseconds(health?.timeout, 30_000)))
}

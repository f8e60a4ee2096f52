import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { safeParse } from 'valibot'
import { errorMessage } from '../std/errors.ts'
import { positionOf } from '../std/source-excerpt.ts'
import { findYamlValue, readYaml } from '../std/yaml-file.ts'
import {
  composeSchema,
  fileKeys,
  serviceKeys,
  type ComposeFile,
  type ComposeService,
} from './compose/compose-schema.ts'
import { interpolateAll, MissingVariable, parseVariables } from './compose/interpolate.ts'
import { neededServices } from './compose/needed-services.ts'
import { serviceOf, type ComposedService } from './compose/service-of.ts'
import { SlimError } from './errors.ts'

/** The service that is slimmed, and those that run beside it. */
export interface ComposeProject {
  readonly app: ComposedService
  /** Each behind those that it needs. */
  readonly companions: readonly ComposedService[]
}

/** Which service of a compose file is the app. */
export interface AppChoice {
  /** `--probe-service`; undefined: the one that is built from the same folder, or begins with the same image. */
  readonly name: string | undefined
  /** The folder of the build; undefined where there is none. */
  readonly folder: string | undefined
}

/**
 * Reads a compose file: what of it is needed to run an app's companions beside it. What is not understood is an error, and not passed over,
 * unless it changes nothing here.
 *
 * @param path what relative paths in it are seen from, and `.env`
 * @param environment of the caller, for variables
 * @throws SlimError `bad-compose` with the place of what is wrong
 */
export async function readCompose(
  path: string,
  choice: AppChoice,
  environment: NodeJS.ProcessEnv,
): Promise<ComposeProject> {
  const text = await readText(path)
  const folder = dirname(resolve(path))
  const variables = new Map([...(await dotEnvironment(folder)), ...givenVariables(environment)])
  const { services } = parseCompose(path, text, variables)
  const appName = findApp(path, services, choice, folder)
  const needed = neededServices(services, appName)
  if ('problem' in needed) throw problem(path, needed.problem)
  const context = { path, folder, variables, services }
  const [app, ...companions] = await Promise.all(
    [appName, ...needed.names].map((name) => serviceOf(name, context, needed.completed.has(name))),
  )
  if (app === undefined) throw problem(path, 'it has no services')
  const shared = app.volumes.find(({ name }) =>
    companions.some((each) => each.volumes.some((other) => other.name === name)),
  )
  if (shared !== undefined) {
    throw problem(path, `the volume ${shared.name}, which ${app.name} has together with others, is not supported`)
  }
  return { app, companions }
}

/** @throws SlimError `bad-compose` */
function parseCompose(path: string, text: string, variables: ReadonlyMap<string, string>): ComposeFile {
  const read = readYaml(text, composeSchema)
  if ('problem' in read) throw problem(placeIn(path, text, read.problem.start), read.problem.message)
  const unknown = unknownKey(read.value)
  if (unknown !== undefined) {
    const start = findYamlValue(text, unknown)?.start ?? 0
    throw problem(placeIn(path, text, start), `${unknown.join('.')} is not supported`)
  }
  try {
    const result = safeParse(composeSchema, interpolateAll(read.value, variables))
    if (result.success) return result.output
    throw problem(path, result.issues[0].message)
  } catch (error) {
    if (error instanceof MissingVariable) throw problem(path, error.message)
    throw error
  }
}

/** Keys that begin with `x-` are for other programs. */
function unknownKey(file: ComposeFile): readonly string[] | undefined {
  const isOther = (known: ReadonlySet<string>, key: string): boolean => !known.has(key) && !key.startsWith('x-')
  const ofFile = Object.keys(file).find((key) => isOther(fileKeys, key))
  if (ofFile !== undefined) return [ofFile]
  for (const [name, service] of Object.entries(file.services)) {
    const key = Object.keys(service).find((each) => isOther(serviceKeys, each))
    if (key !== undefined) return ['services', name, key]
  }
  return undefined
}

function findApp(
  path: string,
  services: Readonly<Record<string, ComposeService>>,
  { name, folder: wanted }: AppChoice,
  folder: string,
): string {
  const names = Object.keys(services)
  if (name !== undefined) {
    if (services[name] !== undefined) return name
    throw problem(path, `there is no service ${name}`, `There are ${names.join(', ')}.`)
  }
  const found = names.filter((each) => {
    const build = services[each]?.build
    const context = typeof build === 'string' ? build : build === undefined ? undefined : (build.context ?? '.')
    return context !== undefined && resolve(folder, context) === wanted
  })
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) return first
  const what = first === undefined ? 'no service is built' : `the services ${found.join(', ')} are built`
  throw problem(
    path,
    `${what} from ${wanted ?? 'the image'}`,
    `Say which one is slimmed: --probe-service ${names[0] ?? 'NAME'}.`,
  )
}

async function dotEnvironment(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, '.env'), 'utf8').catch(() => '')
  return parseVariables(text)
}

function givenVariables(environment: NodeJS.ProcessEnv): readonly (readonly [string, string])[] {
  return Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new SlimError('bad-compose', `--probe-with: ${path} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}

function placeIn(path: string, text: string, offset: number): string {
  const { line, column } = positionOf(text, offset)
  return `${path}:${line}:${column}`
}

function problem(place: string, message: string, hint?: string): SlimError {
  const usual = 'docs/command-line.md says what of a compose file is understood.'
  return new SlimError('bad-compose', `${place}: ${message}`, { hint: hint ?? usual })
}

import type { ImageConfig } from '../../image/config.ts'

/** The order of image-spec's config.md; what it does not name follows, by name. */
const configFields = [
  'created',
  'author',
  'architecture',
  'variant',
  'os',
  'os.version',
  'os.features',
  'config',
  'rootfs',
  'history',
] as const

const runFields = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'StopTimeout',
  'Healthcheck',
  'Shell',
  'OnBuild',
  'ArgsEscaped',
] as const

const healthcheckFields = ['Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const
const rootfsFields = ['type', 'diff_ids'] as const
const historyFields = ['created', 'created_by', 'author', 'comment', 'empty_layer'] as const

/** A config as JSON, of which equal configs have the same bytes, in whatever order their fields were put together. */
export function encodeConfig(config: ImageConfig): Uint8Array {
  const { config: run, rootfs, history } = config
  const value = ordered(configFields, {
    ...config,
    config: run === undefined ? undefined : encodeRunConfig(run),
    rootfs: ordered(rootfsFields, rootfs),
    history: history?.map((entry) => ordered(historyFields, entry)),
  })
  return Buffer.from(JSON.stringify(value))
}

function encodeRunConfig(run: NonNullable<ImageConfig['config']>): object {
  const { ExposedPorts, Volumes, Labels, Healthcheck } = run
  return ordered(runFields, {
    ...run,
    ExposedPorts: ExposedPorts === undefined ? undefined : sorted(ExposedPorts),
    Volumes: Volumes === undefined ? undefined : sorted(Volumes),
    Labels: Labels === undefined ? undefined : sorted(Labels),
    Healthcheck: Healthcheck === undefined ? undefined : ordered(healthcheckFields, Healthcheck),
  })
}

/** The fields of a value that are there: the given ones first and in their order, then the others by name. */
export function ordered(first: readonly string[], value: object): object {
  const present = Object.entries(value).filter(([, each]) => each !== undefined)
  const known = new Map<string, unknown>(present)
  const named = first.filter((name) => known.has(name))
  const others = present.map(([name]) => name).filter((name) => !first.includes(name))
  return Object.fromEntries([...named, ...others.toSorted(compareNames)].map((name) => [name, known.get(name)]))
}

/** Values by name, in the order of the names' characters, as Go writes maps. */
export function sorted<Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(values).toSorted(([one], [other]) => compareNames(one, other)))
}

function compareNames(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

import {
  array,
  boolean,
  looseObject,
  nullable,
  number,
  optional,
  picklist,
  record,
  string,
  union,
  unknown,
  type InferOutput,
} from 'valibot'

const words = union([string(), array(string())])
const scalar = nullable(union([string(), number(), boolean()]))
const variables = union([array(string()), record(string(), scalar)])

const healthSchema = looseObject({
  test: optional(words),
  interval: optional(string()),
  timeout: optional(string()),
  retries: optional(union([number(), string()])),
  start_period: optional(string()),
  start_interval: optional(string()),
  disable: optional(boolean()),
})

const volumeSchema = union([
  string(),
  looseObject({
    type: picklist(['volume', 'bind', 'tmpfs']),
    source: optional(string()),
    target: string(),
    read_only: optional(boolean()),
  }),
])

const buildSchema = union([
  string(),
  looseObject({
    context: optional(string()),
    dockerfile: optional(string()),
    target: optional(string()),
    args: optional(variables),
  }),
])

const dependsSchema = union([
  array(string()),
  record(
    string(),
    looseObject({
      condition: optional(picklist(['service_started', 'service_healthy', 'service_completed_successfully'])),
    }),
  ),
])

const serviceEntries = {
  image: optional(string()),
  build: optional(buildSchema),
  command: optional(nullable(words)),
  entrypoint: optional(nullable(words)),
  environment: optional(variables),
  env_file: optional(
    union([string(), array(union([string(), looseObject({ path: string(), required: optional(boolean()) })]))]),
  ),
  volumes: optional(array(volumeSchema)),
  ports: optional(unknown()),
  expose: optional(unknown()),
  depends_on: optional(dependsSchema),
  healthcheck: optional(healthSchema),
  working_dir: optional(string()),
  user: optional(union([string(), number()])),
  tmpfs: optional(words),
  hostname: optional(string()),
  container_name: optional(string()),
  profiles: optional(array(string())),
}

/** The part of a compose file that is understood: https://compose-spec.io, "Services top-level elements". */
export const composeSchema = looseObject({
  services: record(string(), looseObject(serviceEntries)),
  volumes: optional(unknown()),
})

/** A compose file. */
export type ComposeFile = InferOutput<typeof composeSchema>
/** A service of it. */
export type ComposeService = ComposeFile['services'][string]

/** What of a service is passed over: it changes nothing about what it does while an app is asked. */
const withoutEffect = [
  ...['restart', 'networks', 'labels', 'logging', 'annotations', 'pull_policy', 'deploy', 'develop'],
  ...['stop_grace_period', 'stop_signal', 'stdin_open', 'tty', 'init', 'links', 'platform'],
]

/** Everything that may stand in a service. */
export const serviceKeys: ReadonlySet<string> = new Set([...Object.keys(serviceEntries), ...withoutEffect])
/** The same of the file. What is about networks and names says nothing where all are on one loopback. */
export const fileKeys: ReadonlySet<string> = new Set(['services', 'volumes', 'networks', 'name', 'version'])

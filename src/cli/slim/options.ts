import { budgetOption } from '../budget.ts'
import { buildOptions } from '../build/options.ts'
import type { OptionValues } from '../command-spec.ts'
import { runOptions } from '../run/options.ts'
import { appOptions } from '../measure/app-options.ts'
import { measureOptions } from '../measure/options.ts'
import { formatOption, registryOptions } from '../shared-options.ts'

/** Options of `build` that slimming hands on to the builds that it makes, by the same names. */
const handedOn = {
  file: buildOptions.file,
  target: buildOptions.target,
  'build-arg': buildOptions['build-arg'],
  'build-context': buildOptions['build-context'],
  label: buildOptions.label,
  secret: buildOptions.secret,
  ssh: buildOptions.ssh,
  pull: buildOptions.pull,
  'add-host': buildOptions['add-host'],
  allow: buildOptions.allow,
  compression: buildOptions.compression,
  'compression-level': buildOptions['compression-level'],
  'ca-certificates': buildOptions['ca-certificates'],
} as const

/** What the line may say of slimming. */
export const slimOptions = {
  tag: { kind: 'list', short: 't', value: 'NAME', completes: 'reference', summary: 'What to call the slim image' },
  output: {
    kind: 'text',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    summary: 'Where the Dockerfile goes, by default Dockerfile.slim beside the other; - for standard output',
  },
  probe: appOptions.probe,
  'probe-file': { kind: 'list', value: 'FILE', completes: 'file', summary: 'Ask what this YAML or JSON file says' },
  'probe-exec': { kind: 'list', value: 'COMMAND', summary: 'Run this here; it finds the app at $WHERRY_URL' },
  'probe-script': { kind: 'list', value: 'FILE', completes: 'file', summary: 'The same, as a file' },
  'probe-with': {
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    summary: 'Run the other services of this compose file beside the app, while it is asked',
  },
  'probe-service': {
    kind: 'text',
    value: 'NAME',
    summary: 'Which service of it is the app, if not the one that is built from the same folder',
  },
  'ready-timeout': appOptions['ready-timeout'],
  keep: { kind: 'list', value: 'PATTERN', summary: 'Keep these files, as in a .dockerignore: /app/plugins/**' },
  drop: { kind: 'list', value: 'PATTERN', summary: 'Leave these files out, unless the proof fails without them' },
  base: {
    kind: 'text',
    value: 'IMAGE',
    completes: 'reference',
    summary: 'What the final stage begins with, by default scratch',
  },
  improve: { kind: 'switch', summary: 'Mend the build too: stripped programs, cache mounts. By default true' },
  rounds: { kind: 'text', value: 'COUNT', summary: 'How often to repair what was left out, by default 8' },
  env: appOptions.env,
  'env-file': appOptions['env-file'],
  volume: runOptions.volume,
  mount: runOptions.mount,
  tmpfs: runOptions.tmpfs,
  network: {
    kind: 'text',
    value: 'MODE',
    summary: "The app's network while it is asked: none, which is the default, private or host",
  },
  'build-network': { kind: 'text', value: 'MODE', summary: 'The network of RUN: default, none or host' },
  measure: {
    kind: 'list',
    separator: ',',
    value: 'WHAT',
    summary: 'What the card tells beside sizes: start, rebuild, changed, cold, or none. By default start and rebuild',
  },
  ...measureOptions,
  ...budgetOption,
  ledger: {
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    summary: 'Write what becomes of each file, and why, as JSON',
  },
  proof: { kind: 'text', value: 'FILE', completes: 'file', summary: 'Write the proof, as JSON' },
  card: {
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    summary: 'Write the card as an HTML page, with what became of each file',
  },
  push: { kind: 'flag', summary: 'Push the slim image, with its proof' },
  platform: { kind: 'text', value: 'PLATFORM', summary: 'What to build for, if not this machine' },
  ...handedOn,
  ...formatOption,
  ...registryOptions,
} as const

/** What the line says of slimming. */
export type SlimOptions = OptionValues<typeof slimOptions>

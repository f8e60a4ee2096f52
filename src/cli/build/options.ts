import type { OptionValues } from '../command-spec.ts'
import { registryOptions } from '../shared-options.ts'
import { ignoredOptions } from './ignored-options.ts'

/** Docker's options of `buildx build`, by its names, and what wherry has beside them. */
export const buildOptions = {
  tag: { kind: 'list', short: 't', value: 'NAME', completes: 'reference', summary: 'What to call the image' },
  file: {
    kind: 'text',
    short: 'f',
    value: 'FILE',
    completes: 'file',
    summary: 'The Dockerfile, or - for standard input; by default Dockerfile in the context',
  },
  target: { kind: 'text', value: 'STAGE', summary: 'The stage to build, if not the last' },
  'build-arg': {
    kind: 'list',
    value: 'NAME=VALUE',
    summary: 'A build argument; without =VALUE from the environment',
  },
  'build-context': {
    kind: 'list',
    value: 'NAME=PLACE',
    summary:
      'What FROM, COPY --from and mounts find under a name: a folder, an archive, a git repository, docker-image://REF, oci-layout://DIR',
  },
  platform: { kind: 'list', separator: ',', value: 'PLATFORM', summary: 'What to build for: linux/amd64,linux/arm64' },
  label: { kind: 'list', value: 'NAME=VALUE', summary: 'A label of the image' },
  annotation: {
    kind: 'list',
    value: 'NAME=VALUE',
    summary: 'An annotation of the manifest, or behind index: and the like of another document',
  },
  secret: {
    kind: 'list',
    value: 'SECRET',
    summary: 'What RUN --mount=type=secret may see: id=NAME,src=FILE or id=NAME,env=VARIABLE',
  },
  ssh: {
    kind: 'list',
    value: 'AGENT',
    summary: 'An agent for RUN --mount=type=ssh: default, ID=SOCKET, or a key without a passphrase as ID=FILE',
  },
  output: {
    kind: 'list',
    short: 'o',
    value: 'OUTPUT',
    summary:
      'Where the result goes: a folder, - for a tar, or type=oci,dest=FILE; the types are image, registry, oci, docker, tar, local and cacheonly',
  },
  push: { kind: 'flag', summary: 'Push the image: --output type=registry' },
  load: { kind: 'flag', summary: 'Load the image into Docker or podman: --output type=docker' },
  compression: { kind: 'choice', value: 'HOW', choices: ['gzip', 'zstd'], summary: 'How new layers are compressed' },
  'compression-level': {
    kind: 'text',
    value: 'LEVEL',
    summary: 'How hard: 1 to 9 for gzip, 1 to 19 for zstd; by default 3',
  },
  squash: { kind: 'flag', summary: 'Make one layer of all that the build adds to its base' },
  'no-cache': { kind: 'flag', summary: 'Do every step anew' },
  'no-cache-filter': { kind: 'list', separator: ',', value: 'STAGE', summary: 'Do the steps of these stages anew' },
  pull: { kind: 'flag', summary: 'Ask registries for base images also if they are in the store' },
  'cache-from': { kind: 'list', value: 'CACHE', summary: 'Use this cache too: REF, or type=local,src=DIR' },
  'cache-to': { kind: 'list', value: 'CACHE', summary: 'Write a cache: REF, type=local,dest=DIR, or type=inline' },
  network: { kind: 'text', value: 'MODE', summary: 'The network of RUN: default, none or host' },
  'add-host': { kind: 'list', value: 'HOST:IP', summary: 'A line of /etc/hosts for RUN' },
  allow: { kind: 'list', value: 'RIGHT', summary: 'A right that RUN may ask for: security.insecure, network.host' },
  'shm-size': { kind: 'text', value: 'SIZE', summary: 'How large /dev/shm of RUN is, by default 64m' },
  ulimit: {
    kind: 'list',
    value: 'LIMIT',
    summary: 'A limit of the processes of RUN: nofile=1024, or soft and hard as nofile=1024:2048',
  },
  'ca-certificates': {
    kind: 'text',
    value: 'WHICH',
    completes: 'file',
    summary: "Authorities that RUN trusts beside the image's own: host, or a PEM file. They are not kept in the image",
  },
  sbom: { kind: 'text', value: 'BOOL', summary: 'Attest which packages the image holds' },
  provenance: { kind: 'text', value: 'BOOL', summary: 'Attest how the image was built: true, false, mode=max' },
  attest: { kind: 'list', value: 'WHAT', summary: 'The same as keys: type=provenance,mode=max, type=sbom' },
  'metadata-file': { kind: 'text', value: 'FILE', completes: 'file', summary: 'Write digests and names as JSON' },
  iidfile: { kind: 'text', value: 'FILE', completes: 'file', summary: 'Write the ID of the image' },
  check: { kind: 'flag', summary: "Only run BuildKit's checks on the Dockerfile: --call=check" },
  call: {
    kind: 'text',
    value: 'METHOD',
    summary: 'Not build but tell: check, outline or targets; with ,format=json as JSON',
  },
  ...registryOptions,
  ...ignoredOptions,
} as const

/** What the line says of a build. */
export type BuildOptions = OptionValues<typeof buildOptions>

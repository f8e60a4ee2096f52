import type { OptionValues } from '../command-spec.ts'
import { registryOptions } from '../shared-options.ts'

/** Docker's options of `run`, by its names, as far as trying an image needs them. */
export const runOptions = {
  interactive: { kind: 'flag', short: 'i', summary: 'Hand standard input to the process' },
  tty: { kind: 'flag', short: 't', summary: 'Give the process a terminal' },
  detach: { kind: 'flag', short: 'd', summary: 'Run it in the background, and print its ID' },
  rm: { kind: 'flag', summary: 'Keep not even the log of --detach; changes of files are never kept' },
  name: { kind: 'text', value: 'NAME', summary: 'What to call it, unlike all else that runs' },
  publish: {
    kind: 'list',
    short: 'p',
    value: 'PORTS',
    summary: 'Lead a port of this machine to one of the container: 8080:80, 127.0.0.1:53:53/udp',
  },
  'publish-all': { kind: 'flag', short: 'P', summary: 'Lead free ports to all that the image exposes, and say which' },
  env: { kind: 'list', short: 'e', value: 'NAME=VALUE', summary: 'A variable; without =VALUE from the environment' },
  'env-file': { kind: 'list', value: 'FILE', completes: 'file', summary: 'Variables, one on a line' },
  volume: {
    kind: 'list',
    short: 'v',
    value: 'VOLUME',
    completes: 'directory',
    summary: 'Show a folder or file of this machine: ./data:/data, or ./data:/data:ro',
  },
  mount: {
    kind: 'list',
    value: 'MOUNT',
    summary: 'The same as keys: type=bind,src=data,dst=/data,readonly; type=tmpfs,dst=/tmp,tmpfs-size=64m',
  },
  tmpfs: { kind: 'list', value: 'PATH', summary: 'A folder in memory: /tmp, or /tmp:size=64m,mode=1777' },
  workdir: { kind: 'text', short: 'w', value: 'PATH', summary: 'Where the process begins' },
  user: { kind: 'text', short: 'u', value: 'USER', summary: 'Who the process is: a name or number, and :GROUP' },
  entrypoint: {
    kind: 'text',
    value: 'PROGRAM',
    summary: "Run this in place of the image's entry point; empty for none",
  },
  'read-only': { kind: 'flag', summary: "The image's files cannot be changed; its volumes can" },
  'cap-add': { kind: 'list', value: 'CAPABILITY', summary: 'Give a capability more, or ALL' },
  'cap-drop': { kind: 'list', value: 'CAPABILITY', summary: 'Take a capability away, or ALL' },
  privileged: { kind: 'flag', summary: 'Every capability and device that the user has' },
  network: { kind: 'text', value: 'MODE', summary: 'The network: private, host or none' },
  'add-host': { kind: 'list', value: 'HOST:IP', summary: 'A line of /etc/hosts' },
  hostname: { kind: 'text', short: 'h', value: 'NAME', summary: 'What the container calls itself' },
  memory: { kind: 'text', short: 'm', value: 'SIZE', summary: 'How much memory it may use: 512m' },
  cpus: { kind: 'text', value: 'NUMBER', summary: 'How many processors it may use: 1.5' },
  ulimit: {
    kind: 'list',
    value: 'LIMIT',
    summary: 'A limit of its processes: nofile=1024, or soft and hard as nofile=1024:2048; -1 is none',
  },
  init: { kind: 'flag', summary: 'A small init as the first process: it passes signals on, and ends what is orphaned' },
  'shm-size': { kind: 'text', value: 'SIZE', summary: 'How large /dev/shm is, by default 64m' },
  pull: {
    kind: 'choice',
    value: 'WHEN',
    choices: ['missing', 'always', 'never'],
    summary: 'When to ask the registry for the image',
  },
  platform: { kind: 'text', value: 'PLATFORM', summary: 'Which image of several: linux/arm64' },
  ...registryOptions,
} as const

/** What the line says of a run. */
export type RunOptions = OptionValues<typeof runOptions>

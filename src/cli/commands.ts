import type { CommandDefinition } from './command.ts'
import type { DescribedCommand } from './command-spec.ts'

export const commandGroups = ['Dockerfiles', 'Base images', 'Registries', 'Local store', 'Other'] as const

/** One row of the table: enough for the overview; the rest is loaded when the command is the one that was asked for. */
export interface CommandEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly group: (typeof commandGroups)[number]
  /** One line, without a full stop. */
  readonly summary: string
  readonly load: () => Promise<{ readonly definition: CommandDefinition }>
}

/** Every command, in the order of the overview. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'slim',
    group: 'Dockerfiles',
    summary: 'Make an image small and secure, and prove that it behaves the same',
    load: () => import('./commands/slim.ts'),
  },
  {
    name: 'build',
    group: 'Dockerfiles',
    summary: 'Build an image from a Dockerfile',
    load: () => import('./commands/build.ts'),
  },
  {
    name: 'run',
    group: 'Dockerfiles',
    summary: 'Run an image, to try it',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'stop',
    group: 'Dockerfiles',
    summary: 'End a container that runs',
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'ps',
    group: 'Dockerfiles',
    summary: 'List containers that run',
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'logs',
    group: 'Dockerfiles',
    summary: 'Show what a container in the background has written',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'lint',
    group: 'Dockerfiles',
    summary: 'Find what makes an image large, slow or unsafe, and mistakes',
    load: () => import('./commands/lint.ts'),
  },
  {
    name: 'base',
    group: 'Base images',
    summary: "Make a small base image from Debian's packages",
    load: () => import('./commands/base.ts'),
  },
  {
    name: 'pull',
    group: 'Registries',
    summary: 'Fetch images from a registry into the local store',
    load: () => import('./commands/pull.ts'),
  },
  {
    name: 'push',
    group: 'Registries',
    summary: 'Send an image from the local store to a registry',
    load: () => import('./commands/push.ts'),
  },
  {
    name: 'copy',
    group: 'Registries',
    summary: 'Copy an image between registries, the local store and files',
    load: () => import('./commands/copy.ts'),
  },
  {
    name: 'tags',
    group: 'Registries',
    summary: 'List the tags of a repository',
    load: () => import('./commands/tags.ts'),
  },
  {
    name: 'login',
    group: 'Registries',
    summary: 'Log in to a registry',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    group: 'Registries',
    summary: 'Forget the login to a registry',
    load: () => import('./commands/logout.ts'),
  },
  {
    name: 'images',
    group: 'Local store',
    summary: 'List images',
    load: () => import('./commands/images.ts'),
  },
  {
    name: 'inspect',
    group: 'Local store',
    summary: 'Show what an image is made of',
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'compare',
    group: 'Local store',
    summary: 'Put two images side by side: what they have, and what is different',
    load: () => import('./commands/compare.ts'),
  },
  {
    name: 'tag',
    group: 'Local store',
    summary: 'Give an image another name',
    load: () => import('./commands/tag.ts'),
  },
  {
    name: 'rm',
    aliases: ['rmi'],
    group: 'Local store',
    summary: 'Remove images',
    load: () => import('./commands/rm.ts'),
  },
  {
    name: 'prune',
    group: 'Local store',
    summary: 'Delete what no image refers to',
    load: () => import('./commands/prune.ts'),
  },
  {
    name: 'save',
    group: 'Local store',
    summary: 'Write images to an archive or folder',
    load: () => import('./commands/save.ts'),
  },
  {
    name: 'load',
    group: 'Local store',
    summary: 'Read images from an archive or folder',
    load: () => import('./commands/load.ts'),
  },
  {
    name: 'doctor',
    group: 'Other',
    summary: 'Check what this machine lacks for building and running',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    group: 'Other',
    summary: 'Print a completion script for a shell',
    load: () => import('./commands/completion.ts'),
  },
]

export function findCommand(name: string): CommandEntry | undefined {
  return commands.find((entry) => entry.name === name || entry.aliases?.includes(name) === true)
}

/** Loads every command: for what tells about all of them. */
export async function describeCommands(): Promise<readonly DescribedCommand[]> {
  return Promise.all(
    commands.map(async ({ name, aliases = [], summary, load }) => {
      const { definition } = await load()
      return { name, aliases, summary, spec: definition.spec }
    }),
  )
}

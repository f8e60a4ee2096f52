import type { ShellCommand } from '../../shell-command.ts'
import { clearsFolder } from './cleared-folders.ts'
import { hasOption, packageCommand, type PackageCommand } from './package-commands.ts'
import type { PackageManager } from './package-managers.ts'

/** What a package manager of a distribution leaves behind. */
export interface ListKeeper {
  readonly what: 'lists' | 'packages'
  /** Where they are: of one program or another, of one version or another. */
  readonly folders: readonly string[]
  /** What takes them away, by the program that fetched them. */
  cleanUp(program: string): string
  readonly cost: string
}

/**
 * Sizes of the lists: those of Debian 12 for amd64 as its images keep them, compressed, 19 MB (November 2026); the two indexes of
 * Alpine 3.20, 2.5 MB; those of Fedora and openSUSE depend on what is enabled.
 */
export const listKeepers: { readonly [Name in PackageManager]?: ListKeeper } = {
  apt: {
    what: 'lists',
    folders: ['/var/lib/apt/lists'],
    cleanUp: () => 'rm -rf /var/lib/apt/lists/*',
    cost: 'About 20 MB in every image that has this layer.',
  },
  apk: {
    what: 'lists',
    folders: ['/var/cache/apk', '/etc/apk/cache'],
    cleanUp: () => 'rm -rf /var/cache/apk/*',
    cost: 'About 2.5 MB in every image that has this layer.',
  },
  dnf: {
    what: 'lists',
    folders: ['/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum'],
    cleanUp: (program) => `${program} clean all`,
    cost: '50 MB and more in every image that has this layer.',
  },
  zypper: {
    what: 'lists',
    folders: ['/var/cache/zypp'],
    cleanUp: () => 'zypper clean --all',
    cost: '50 MB and more in every image that has this layer.',
  },
  pacman: {
    what: 'packages',
    folders: ['/var/cache/pacman/pkg'],
    cleanUp: () => 'rm -rf /var/cache/pacman/pkg/*',
    cost: 'Everything that it installs is in the layer twice: once as it was downloaded.',
  },
}

const managers = ['apt', 'apk', 'dnf', 'zypper', 'pacman'] as const

/** Options of package managers that work on another root folder. */
const otherRoots = ['--root', '-p', '-R', '--installroot', '--cache-dir', '--cacheonly', '-C'] as const

/** A command that fetches lists, or packages that it keeps. */
export interface ListFetch {
  readonly command: ShellCommand
  readonly asked: PackageCommand
  readonly at: number
}

/** The commands of a script that fetch lists, by package manager. */
export function listFetches(commands: readonly ShellCommand[]): ReadonlyMap<PackageManager, readonly ListFetch[]> {
  const found = new Map<PackageManager, ListFetch[]>()
  for (const [at, command] of commands.entries()) {
    const asked = packageCommand(command)
    if (asked === undefined || listKeepers[asked.manager] === undefined || !fetchesLists(asked)) continue
    const fetches = found.get(asked.manager) ?? []
    found.set(asked.manager, fetches)
    fetches.push({ command, asked, at })
  }
  return found
}

/** apt fetches lists when it is told to, the others whenever they install. */
function fetchesLists(asked: PackageCommand): boolean {
  if (hasOption(asked, ...otherRoots)) return false
  if (asked.manager === 'apt') return asked.action === 'update'
  if (asked.manager === 'apk' && hasOption(asked, '--no-cache', '--no-network')) return false
  if (asked.manager === 'pacman' && asked.action === 'update') return false
  return asked.action !== 'clean' && asked.action !== 'remove'
}

/** Whether a command takes away what some package manager leaves behind. */
export function removesLists(command: ShellCommand): boolean {
  return managers.some((manager) => removesListsOf(command, manager, listKeepers[manager]?.folders ?? []))
}

/** Whether a command takes away what a package manager leaves behind in these folders. */
export function removesListsOf(command: ShellCommand, manager: PackageManager, folders: readonly string[]): boolean {
  const asked = packageCommand(command)
  // `apt-get clean` leaves the lists, `apt-get dist-clean` does not.
  if (asked?.manager === manager && asked.action === 'clean') {
    return manager !== 'apt' || /dist-?clean/.test(asked.actionWord.value)
  }
  return folders.some((folder) => clearsFolder(command, folder))
}

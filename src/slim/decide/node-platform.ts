import type { FileTree } from '../../filetree/file-tree.ts'

/** What an app of Node runs on, as npm names it: `process.arch`, and the C library. */
export interface NodePlatform {
  readonly cpu: string
  /** Undefined where that is not known. */
  readonly libc: 'glibc' | 'musl' | undefined
}

/** What a package.json says of where its package works: npm's documentation, "package.json", `os`, `cpu`, `libc`. */
export interface PlatformDemands {
  readonly os?: unknown
  readonly cpu?: unknown
  readonly libc?: unknown
}

/** Go's names for processors, where Node has others. */
const processorNames: Readonly<Record<string, string>> = { amd64: 'x64', '386': 'ia32', ppc64le: 'ppc64' }

/** @param architecture as the image's config says it */
export function nodePlatform(tree: FileTree, architecture: string): NodePlatform {
  const names = ['/lib', '/lib64', '/usr/lib', '/usr/lib64'].flatMap((folder) =>
    [...tree.children(folder)].map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
  )
  const hasMusl = names.some((name) => name.startsWith('ld-musl-'))
  const hasGlibc = names.some((name) => name.startsWith('ld-linux'))
  const libc = hasMusl === hasGlibc ? undefined : hasMusl ? 'musl' : 'glibc'
  return { cpu: processorNames[architecture] ?? architecture, libc }
}

/** Whether a package can be loaded there. npm installs some that cannot: of the C library, older ones ask nothing. */
export function fitsPlatform({ os, cpu, libc }: PlatformDemands, platform: NodePlatform): boolean {
  if (!isAllowed(os, 'linux') || !isAllowed(cpu, platform.cpu)) return false
  return platform.libc === undefined || isAllowed(libc, platform.libc)
}

/** A list of names that are allowed, or with an exclamation mark that are not. */
function isAllowed(list: unknown, name: string): boolean {
  const words = (Array.isArray(list) ? list : [list]).filter((each) => typeof each === 'string')
  const wanted = words.filter((word) => !word.startsWith('!'))
  if (words.includes(`!${name}`)) return false
  return wanted.length === 0 || wanted.includes(name) || wanted.includes('any')
}

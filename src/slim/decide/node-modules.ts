import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { looseObject, optional, record, safeParse, string, unknown, type InferOutput } from 'valibot'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Need } from '../facts.ts'
import type { JavaScriptImports } from './javascript.ts'
import { fitsPlatform, type NodePlatform } from './node-platform.ts'
import { readText } from './read-file.ts'
import { findWay, foldersAbove } from './way.ts'

const names = optional(record(string(), unknown()))
const manifestSchema = looseObject({
  name: optional(string()),
  version: optional(string()),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  imports: names,
  ...{ os: optional(unknown()), cpu: optional(unknown()), libc: optional(unknown()) },
})

/** The parts of package.json that matter here. */
export type NodeManifest = InferOutput<typeof manifestSchema>

/** Finds what modules of Node import: Node's documentation, "CommonJS modules" and "ECMAScript modules", the resolution algorithms. */
export interface NodeModules {
  /** The package.json that a file belongs to, by its path. */
  manifestOf(path: string): string | undefined
  manifest(path: string): Promise<NodeManifest>
  /** What a module needs. */
  needsOf(path: string, imports: JavaScriptImports): Promise<readonly Need[]>
  /** What a package.json sends its own `#names` to. */
  importsOf(path: string): Promise<readonly Need[]>
}

const endings = ['', '.js', '.mjs', '.cjs', '.json', '.node', '.ts', '.mts', '.cts']

/** Modules as Node finds them in a tree, with the folders of NODE_PATH. Packages of other platforms are passed over. */
export function createNodeModules(tree: FileTree, nodePath: readonly string[], platform: NodePlatform): NodeModules {
  const manifests = new Map<string, Promise<NodeManifest>>()
  const isFile = (path: string): boolean => findWay(tree, path).target?.kind === 'file'

  const manifest = (path: string): Promise<NodeManifest> => {
    const known = manifests.get(path) ?? readText(tree, path).then(parseManifest)
    manifests.set(path, known)
    return known
  }
  const manifestOf = (path: string): string | undefined => {
    for (const folder of foldersAbove(path)) {
      const candidate = posix.join(folder, 'package.json')
      if (tree.get(candidate)?.kind === 'file') return candidate
      if (posix.basename(folder) === 'node_modules') return undefined
    }
    return undefined
  }
  const findFile = (path: string): string | undefined => {
    const candidates = endings.map((ending) => `${path}${ending}`)
    // TypeScript's output is imported by the name it will have; its source has another.
    return [...candidates, ...['js', 'json', 'node'].map((ending) => posix.join(path, `index.${ending}`))].find(isFile)
  }
  const findPackage = (name: string, from: string): string | undefined => {
    for (const folder of [...foldersAbove(from)]) {
      if (posix.basename(folder) === 'node_modules') continue
      const candidate = posix.join(folder, 'node_modules', name)
      if (findWay(tree, candidate).target !== undefined) return candidate
    }
    return nodePath.map((folder) => posix.join(folder, name)).find((path) => findWay(tree, path).target !== undefined)
  }
  const needOfPackage = (specifier: string, from: string): readonly Need[] => {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
    if (name === undefined) return []
    const found = findPackage(name, from)
    if (found === undefined) return []
    const how = `imports ${specifier}`
    const file =
      specifier === name
        ? undefined
        : findFile(posix.join(posix.dirname(found), posix.relative(posix.dirname(name), specifier)))
    const inPackage = posix.join(found, 'package.json')
    const whole = isFile(inPackage) ? inPackage : findFile(found)
    return [whole, file].flatMap((path) => (path === undefined ? [] : [{ path, how }]))
  }
  const needOf = (specifier: string, from: string): readonly Need[] => {
    if (isBuiltin(specifier) && !specifier.endsWith('/')) return []
    if (/^\.{1,2}(?:\/|$)|^\//.test(specifier)) {
      const found = findFile(posix.resolve(posix.dirname(from), specifier.replace(/[?#].*/, '')))
      return found === undefined ? [] : [{ path: found, how: `imports ${specifier}` }]
    }
    return specifier.startsWith('#') || /^[a-z]+:/.test(specifier) ? [] : needOfPackage(specifier, from)
  }
  const fits = async ({ path }: Need): Promise<boolean> => {
    const own = posix.basename(path) === 'package.json' ? path : manifestOf(path)
    return own === undefined || fitsPlatform(await manifest(own), platform)
  }
  const fitting = async (needs: readonly Need[]): Promise<Need[]> => {
    const answers = await Promise.all(needs.map(fits))
    return needs.filter((_, index) => answers[index])
  }
  return {
    manifestOf,
    manifest,
    async needsOf(path, { specifiers, isOpen }) {
      const needs = await fitting([...specifiers].flatMap((specifier) => needOf(specifier, path)))
      const own = manifestOf(path)
      if (own === undefined) return needs
      needs.push({ path: own, how: 'is of its package' })
      if (!isOpen) return needs
      // By a name that only running would tell: one of those that the package says it depends on.
      const { dependencies, optionalDependencies, peerDependencies } = await manifest(own)
      const named = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
      const possible = named.flatMap((name) =>
        needOfPackage(name, path).map((need) => ({ ...need, how: `may import ${name} by a computed name` })),
      )
      return [...needs, ...(await fitting(possible))]
    },
    async importsOf(path) {
      const { imports } = await manifest(path)
      return await fitting(stringsIn(imports).flatMap((specifier) => needOf(specifier, path)))
    },
  }
}

function parseManifest(text: string): NodeManifest {
  try {
    const result = safeParse(manifestSchema, JSON.parse(text))
    return result.success ? result.output : {}
  } catch {
    // Not for this program to judge: a package without a sound package.json is one without dependencies.
    return {}
  }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

import { posix } from 'node:path'
import { array, looseObject, optional, record, safeParse, string, unknown } from 'valibot'
import type { FileEntry } from '../../../filetree/file-entry.ts'
import type { FileTree } from '../../../filetree/file-tree.ts'
import { readText } from '../read-file.ts'
import { findWay } from '../way.ts'

/** A package that Composer installed. */
export interface ComposerPackage {
  readonly name: string
  readonly version: string
  /** Where its files really lie. */
  readonly folder: string
  /** The names of what it requires. */
  readonly requires: readonly string[]
}

/** A `vendor` folder of Composer. */
export interface ComposerVendor {
  readonly folder: string
  readonly packages: readonly ComposerPackage[]
}

const installedMark = '/composer/installed.json'
const packageSchema = looseObject({
  name: string(),
  version: optional(string(), ''),
  'install-path': optional(string()),
  require: optional(record(string(), unknown()), {}),
})
const installedSchema = looseObject({ packages: array(packageSchema) })
const projectSchema = looseObject({ require: optional(record(string(), unknown()), {}) })

/** The folders in which Composer has installed something. */
export function vendorFolders(entries: readonly FileEntry[]): readonly string[] {
  return entries.flatMap(({ path, kind }) =>
    kind === 'file' && path.endsWith(installedMark) ? [path.slice(0, -installedMark.length)] : [],
  )
}

/** Reads what is installed (`vendor/composer/installed.json`, Composer 2). Where that is damaged, nothing is known to be. */
export async function readVendor(tree: FileTree, folder: string): Promise<ComposerVendor> {
  const result = safeParse(installedSchema, parsed(await readText(tree, `${folder}${installedMark}`)))
  const packages = result.success ? result.output.packages : []
  return {
    folder,
    packages: packages.flatMap(({ name, version, require, 'install-path': path }): readonly ComposerPackage[] => {
      const at = path === undefined ? posix.join(folder, name) : posix.join(folder, 'composer', path)
      const { target } = findWay(tree, at)
      // Where it is a link to a folder of the app's own, that has the rules of the app's own files.
      if (target?.kind !== 'directory' || !target.path.startsWith(`${folder}/`)) return []
      return [{ name, version, folder: target.path, requires: Object.keys(require) }]
    }),
  }
}

/** What the project requires itself: `composer.json` beside its vendor folder. */
export async function projectRequires(tree: FileTree, vendor: string): Promise<readonly string[]> {
  const result = safeParse(
    projectSchema,
    parsed(await readText(tree, posix.join(posix.dirname(vendor), 'composer.json'))),
  )
  return result.success ? Object.keys(result.output.require) : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where the files of classes are, as Composer's autoloader finds them. */
export interface Autoload {
  /** By their whole names. */
  readonly classes: ReadonlyMap<string, string>
  /** By the beginnings of their names: the rest is a path (PSR-4). */
  readonly prefixes: ReadonlyMap<string, readonly string[]>
  /** By the beginnings of their names: all of the name is a path (PSR-0). */
  readonly namespaces: ReadonlyMap<string, readonly string[]>
}

/** Reads the files that `composer dump-autoload` writes. */
export async function readAutoload(tree: FileTree, vendor: string): Promise<Autoload> {
  const read = async (name: string): Promise<ReadonlyMap<string, readonly string[]>> =>
    entriesOfMap(await readText(tree, `${vendor}/composer/${name}.php`), vendor)
  const classes = await read('autoload_classmap')
  return {
    classes: new Map([...classes].flatMap(([name, [path]]) => (path === undefined ? [] : [[name, path] as const]))),
    prefixes: await read('autoload_psr4'),
    namespaces: await read('autoload_namespaces'),
  }
}

const mapEntry =
  /^\s*'((?:[^'\\\n]|\\.)+)' => (?:array\()?((?:\$(?:vendorDir|baseDir)(?: \. '[^'\n]*')?(?:, )?)+)\)?,$/gm

/** `'Twig\\' => array($vendorDir . '/twig/twig/src'),` */
function entriesOfMap(text: string, vendor: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const [, name = '', places = ''] of text.matchAll(mapEntry)) {
    const paths = [...places.matchAll(/\$(vendorDir|baseDir)(?: \. '([^'\n]*)')?/g)].map(([, base, path = '']) =>
      posix.join(base === 'vendorDir' ? vendor : posix.dirname(vendor), path),
    )
    found.set(name.replaceAll('\\\\', '\\'), paths)
  }
  return found
}

import type { FileTree } from '../filetree/file-tree.ts'
import type { ImageConfig } from '../image/config.ts'
import { forEachConcurrently } from '../std/concurrency.ts'
import type { Job } from '../std/job.ts'
import type { ContentContext } from './decide/content-context.ts'
import { readFacts } from './decide/content.ts'
import { startKeeping } from './decide/keep.ts'
import { languagesOf } from './decide/languages.ts'
import { createLibrarySearch } from './decide/libraries.ts'
import { createNodeModules } from './decide/node-modules.ts'
import { nodePlatform } from './decide/node-platform.ts'
import { readSystemPackages } from './decide/packages.ts'
import { readNameServices } from './decide/name-services.ts'
import { createPhpFiles } from './decide/php/php-files.ts'
import { createPythonModules } from './decide/python-modules.ts'
import { libraryFolders } from './decide/ruby/library-folders.ts'
import { createRubyEncodings } from './decide/ruby/ruby-encodings.ts'
import { createRubyFiles } from './decide/ruby/ruby-files.ts'
import { isKeptStandardModule } from './decide/runtimes.ts'
import { processSettings } from './decide/settings.ts'
import { findUnits } from './decide/units.ts'
import { findProgram } from './decide/way.ts'
import type { DecideInput } from './decide-input.ts'
import type { Facts, FileFacts, Unit } from './facts.ts'

/** Files that are read at once. */
const readsMax = 16

/**
 * Reads what deciding has to know: the packages of the system and of languages, and the content of every file that may stay, from
 * what was seen on to whatever that needs. Files that nothing reaches are not read. What is known from an earlier round of the same
 * image is not read again.
 *
 * @throws DebianError `bad-control-data` for a package database that is damaged; FileTreeError `damaged-cache`
 */
export async function gatherFacts(
  tree: FileTree,
  config: ImageConfig,
  input: DecideInput,
  job: Job,
  earlier?: Facts,
): Promise<Facts> {
  const settings = processSettings(config.config)
  const entries = [...tree.entries()]
  const languages = languagesOf(tree, settings, input)
  const files = new Map<string, FileFacts>(earlier?.files)
  const units = earlier?.units ?? (await findUnits(tree, entries))
  const packages = earlier?.packages ?? (await readSystemPackages(tree, job))
  const nameServices = earlier?.nameServices ?? (await readNameServices(tree))
  const facts: Facts = { tree, config, languages, files, units, packages, nameServices }

  const { environment, searchPath, workingDirectory } = settings
  const pythonPath = (environment.get('PYTHONPATH') ?? '').split(':').filter((folder) => folder.startsWith('/'))
  const rubyPath = (environment.get('RUBYLIB') ?? '').split(':').filter((folder) => folder.startsWith('/'))
  const nodePath = (environment.get('NODE_PATH') ?? '').split(':').filter((folder) => folder.startsWith('/'))
  const context: ContentContext = {
    tree,
    languages,
    libraries: await createLibrarySearch(tree, environment, entries),
    programs: { find: (name) => findProgram(tree, name, searchPath, workingDirectory) },
    node: createNodeModules(tree, nodePath, nodePlatform(tree, config.architecture)),
    python: createPythonModules(tree, entries, [workingDirectory, ...pythonPath]),
    ruby: languages.has('ruby')
      ? await createRubyFiles(tree, entries, [workingDirectory, ...rubyPath], input.opened)
      : undefined,
    rubyEncodings: createRubyEncodings(tree, languages.has('ruby') ? libraryFolders(entries).standard : []),
    php: languages.has('php') ? await createPhpFiles(tree, entries, [workingDirectory]) : undefined,
    unitOf: placesOf(units),
    isStandard: isKeptStandardModule(entries),
    isOfApp: ({ layer }) => layer >= input.baseLayers,
  }
  const keeping = startKeeping(facts, input, entries)
  for (;;) {
    keeping.settle()
    const unknown = keeping.reach.takeUnknown()
    if (unknown.length === 0) return facts
    await forEachConcurrently(unknown, readsMax, job, async (path, job) => {
      const entry = tree.get(path)
      if (entry !== undefined) files.set(path, await readFacts(context, entry, job))
    })
    keeping.reach.follow(unknown)
  }
}

function placesOf(units: readonly Unit[]): ReadonlyMap<string, Unit> {
  return new Map(units.flatMap((unit) => unit.paths.map((path) => [path, unit] as const)))
}

/** Bundles the command and the library into `dist/`: plain JavaScript that starts fast. Three packages stay packages. */
import { execFileSync } from 'node:child_process'
import { copyFile, glob, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { rolldown, type Plugin, type RolldownOutput } from 'rolldown'
import { collectImports, type FileImport } from './floor-rules.ts'
import { isTestFile, readSourceTree, repositoryRoot } from './source-tree.ts'

/**
 * Packages that stay packages: koffi is a shared library for each processor, the licence of openpgp (LGPL) lets whoever has the
 * bundle put another version in its place, and xz-decompress comes without the text of its licence, which a copy needs.
 */
export const externalPackages: readonly string[] = ['koffi', 'openpgp', 'xz-decompress']

/** A worker is named by the URL of its file, which is beside the others when bundled, and JavaScript. */
function workerUrls(extension: string): Plugin {
  return {
    name: 'worker-urls',
    transform: {
      filter: { id: /\.ts$/, code: /new URL\(/ },
      handler: (code) =>
        code.replaceAll(/(new URL\(['"])\.{1,2}\/([\w-]+)\.ts(['"], import\.meta\.url\))/g, `$1./$2${extension}$3`),
    },
  }
}

/**
 * Commander loads child processes for commands that are programs of their own, of which wherry has none: 3 ms of every
 * start.
 */
const lateChildProcess: Plugin = {
  name: 'late-child-process',
  resolveId: {
    filter: { id: /^node:child_process$/ },
    handler: (id, importer) => (isLate(id, importer) ? `\0${id}` : undefined),
  },
  load: {
    filter: { id: /^\0node:child_process$/ },
    handler: () => "export default { get spawn() { return process.getBuiltinModule('node:child_process').spawn } }",
  },
}

/** Modules of Node that a part imports by files whose code is in other parts, or that nothing of is used. */
const unusedModules: Plugin = {
  name: 'unused-modules',
  renderChunk: (code) =>
    code.replaceAll(/^let (node_\w+) = require\("node:.+"\);\n/gm, (line: string, name: string) =>
      (code.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length > 1 ? line : '',
    ),
}

/** The CycloneDX library asks for this package where XML is written, which is never done here. */
const absentXmlWriter: Plugin = {
  name: 'absent-xml-writer',
  resolveId: { filter: { id: /^xmlbuilder2$/ }, handler: (id) => `\0${id}` },
  load: { filter: { id: /^\0xmlbuilder2$/ }, handler: () => 'export {}' },
}

function isLate(id: string, importer: string | undefined): boolean {
  return id === 'node:child_process' && importer?.includes('/commander/') === true
}

/** The files that worker threads start from. */
async function findWorkers(): Promise<readonly string[]> {
  const imports = collectImports(await readSourceTree(repositoryRoot))
  return imports.flatMap(({ from, to, kind }) =>
    kind === 'url' && to?.startsWith('src/') && !isTestFile(from) ? to : [],
  )
}

/** How one of the two entries is bundled, and the workers for it. */
interface BundleForm {
  readonly entry: string
  readonly format: 'cjs' | 'es'
  readonly extension: '.cjs' | '.js'
}

/**
 * `main.cjs` for the command, of which each command is a part that is loaded when it is called; `index.js` for programs.
 * The command is CommonJS because that starts 6 ms sooner: an import of a module of Node reads all of its exports.
 */
const bundleForms: readonly BundleForm[] = [
  { entry: 'src/cli/main.ts', format: 'cjs', extension: '.cjs' },
  { entry: 'src/index.ts', format: 'es', extension: '.js' },
]

/** What each command runs through before it knows what it has to do, and what a build in which something changed does. */
const buildStart = ['src/cli/commands/build.ts', 'src/cli/build/run-build.ts']
const stepStarts = [
  ...['execute-workdir', 'execute-copy', 'execute-run', 'run-inputs'].map((name) => `src/build/execute/${name}.ts`),
  ...['src/filetree/file-tree.ts', 'src/filetree/layer-pool.ts', 'src/container/host/remote-container.ts'],
  'src/container/host/connect-worker.ts',
]

/** What starts the process of the containers, which has to be there before the rest of what a step needs. */
const workerStart = 'src/container/host/start-worker.ts'

/**
 * Which files of the command are in one part, so that a build loads three and not fifty: finding and loading a part takes
 * half a millisecond, however small it is. What other commands take too is apart from what a build alone needs.
 *
 * @returns the name of the part of a file; null for one that has none that is said here
 */
async function commandChunks(): Promise<(id: string) => string | null> {
  const imports = collectImports(await readSourceTree(repositoryRoot))
  const commands = imports.flatMap(({ from, to }) =>
    from === 'src/cli/commands.ts' && to?.includes('/commands/') ? to : [],
  )
  const start = reachOf(['src/cli/run.ts'], imports)
  const build = reachOf(buildStart, imports)
  const others = new Set([
    ...start,
    ...reachOf(
      commands.filter((path) => !buildStart.includes(path)),
      imports,
    ),
  ])
  const steps = reachOf(stepStarts, imports)
  const worker = reachOf([workerStart], imports)
  const begun = new Set(imports.flatMap(({ to, kind }) => (kind === 'dynamic' && to !== undefined ? to : [])))
  return (id) => {
    const path = relative(repositoryRoot, id)
    // What is loaded when it is needed begins a part of its own, and so does what main.ts has.
    if (begun.has(path) || path === 'package.json') return null
    if (path.startsWith('node_modules/valibot/') || path.startsWith('node_modules/commander/')) return 'common'
    if (build.has(path)) return others.has(path) ? 'common' : 'build'
    if (start.has(path)) return 'common'
    if (worker.has(path)) return 'worker'
    return steps.has(path) ? 'steps' : null
  }
}

/** Files with all that they import, but for what they import when it is needed. */
function reachOf(files: readonly string[], imports: readonly FileImport[]): ReadonlySet<string> {
  const reached = new Set(files)
  for (const file of reached) {
    for (const { from, to, kind, typeOnly } of imports) {
      if (from === file && to !== undefined && !typeOnly && (kind === 'import' || kind === 're-export')) reached.add(to)
    }
  }
  return reached
}

/** Writes the bundles, all files in one folder. A worker is one file, of which all is loaded at once when it starts. */
export async function buildBundle(folder: string): Promise<RolldownOutput['output'][number][]> {
  const workers = await findWorkers()
  const written = await Promise.all(
    bundleForms.flatMap((form) => [
      writeBundle(form, form.entry, folder),
      ...workers.map((worker) => writeBundle(form, worker, folder)),
    ]),
  )
  await writeStart(
    written.flatMap(({ output }) => output),
    folder,
  )
  return written.flatMap(({ output }) => output)
}

/** A process, unlike a thread, may load compiled code: what it is started by asks for it. */
const processWorker = 'container-worker'

async function writeStart(output: RolldownOutput['output'][number][], folder: string): Promise<void> {
  const part = output.find(({ fileName }) => fileName.startsWith(`${processWorker}-`))
  if (part === undefined) throw new Error(`${processWorker} is not in the bundle`)
  const lines = [
    "'use strict'",
    "const createLoader = require('../bin/compiled-code.js')",
    `createLoader(process.env.NODE_COMPILE_CACHE)(require('path').join(__dirname, '${part.fileName}'))`,
  ]
  await writeFile(join(folder, `${processWorker}.cjs`), `${lines.join('\n')}\n`)
}

async function writeBundle(form: BundleForm, path: string, folder: string): Promise<RolldownOutput> {
  const { entry, format, extension } = form
  const chunkOf = path === entry && format === 'cjs' ? await commandChunks() : undefined
  const bundle = await rolldown({
    cwd: repositoryRoot,
    input: { [basename(path, '.ts')]: path },
    platform: 'node',
    // Parts of which files are told apart here may have names that the entry alone does not export.
    preserveEntrySignatures: chunkOf === undefined ? 'strict' : 'allow-extension',
    external: (id, importer) => externalPackages.includes(id) || (id.startsWith('node:') && !isLate(id, importer)),
    plugins: [lateChildProcess, absentXmlWriter, workerUrls(extension), unusedModules],
    onLog: (_level, log) => {
      // What commands load late may be part of the library's face.
      if (format === 'es' && log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') return
      throw new Error(log.message)
    },
  })
  const isStarted = format === 'cjs' && basename(path, '.ts') === processWorker
  const parts = chunkOf && {
    includeDependenciesRecursively: false,
    groups: [{ name: chunkOf, debugName: 'parts of the command' }],
  }
  return bundle.write({
    dir: folder,
    format,
    entryFileNames: isStarted ? `[name]-[hash]${extension}` : `[name]${extension}`,
    chunkFileNames: `[name]-[hash]${extension}`,
    codeSplitting: parts ?? path === entry,
    // What vm.Script compiles cannot import without a warning of Node.
    dynamicImportInCjs: false,
    // Names and lines stay, so that the stack of an unexpected error can be read.
    minify: false,
  })
}

/**
 * Writes the library's types. Some of them are derived from valibot's, whose declarations come along under a path of ours,
 * so that a program needs no package for types alone.
 */
export async function buildTypes(folder: string): Promise<void> {
  const options = ['-p', 'tools/tsconfig.types.json', '--outDir', folder]
  execFileSync(join(repositoryRoot, 'node_modules/.bin/tsc'), options, { cwd: repositoryRoot, stdio: 'inherit' })
  for await (const file of glob(join(folder, '**/*.d.ts'))) {
    const text = await readFile(file, 'utf8')
    const specifier = relative(dirname(file), join(folder, 'valibot.ts')).replace(/^(?!\.)/, './')
    await writeFile(file, text.replaceAll(/(?<=(?:from |import\()["'])valibot(?=["'])/g, specifier))
  }
  await copyFile(join(repositoryRoot, 'node_modules/valibot/dist/index.d.mts'), join(folder, 'valibot.d.ts'))
}

if (import.meta.main) {
  const dist = join(repositoryRoot, 'dist')
  await rm(dist, { recursive: true, force: true })
  const output = await buildBundle(dist)
  await buildTypes(join(dist, 'types'))
  for (const file of output)
    if (file.type === 'chunk') console.log(`${String(file.code.length).padStart(8)}  ${file.fileName}`)
}

/** Bundles the command and the library into `dist/`: plain JavaScript that starts fast and needs no package but koffi. */
import { execFileSync } from 'node:child_process'
import { copyFile, glob, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { rolldown, type Plugin, type RolldownOutput } from 'rolldown'
import { collectImports } from './floor-rules.ts'
import { isTestFile, readSourceTree, repositoryRoot } from './source-tree.ts'

/** Packages that stay packages: koffi is a shared library for each processor. */
export const externalPackages: readonly string[] = ['koffi']

/** A worker thread is named by the URL of its file, which is beside the others when bundled, and JavaScript. */
function workerUrls(extension: string): Plugin {
  return {
    name: 'worker-urls',
    transform: {
      filter: { id: /\.ts$/, code: /new URL\(/ },
      handler: (code) =>
        code.replaceAll(/(new URL\(['"]\.\/[\w-]+)\.ts(['"], import\.meta\.url\))/g, `$1${extension}$2`),
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

/** How one of the two entries is bundled, each with its workers. */
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

/** Writes the bundles, all files in one folder. */
export async function buildBundle(folder: string): Promise<RolldownOutput['output'][number][]> {
  const workers = await findWorkers()
  const written = await Promise.all(bundleForms.map((form) => writeBundle(form, workers, folder)))
  return written.flatMap(({ output }) => output)
}

async function writeBundle(form: BundleForm, workers: readonly string[], folder: string): Promise<RolldownOutput> {
  const { entry, format, extension } = form
  const bundle = await rolldown({
    cwd: repositoryRoot,
    input: Object.fromEntries([entry, ...workers].map((path) => [basename(path, '.ts'), path])),
    platform: 'node',
    external: (id, importer) => externalPackages.includes(id) || (id.startsWith('node:') && !isLate(id, importer)),
    plugins: [lateChildProcess, workerUrls(extension)],
    onLog: (_level, log) => {
      throw new Error(log.message)
    },
  })
  return bundle.write({
    dir: folder,
    format,
    entryFileNames: `[name]${extension}`,
    chunkFileNames: `[name]-[hash]${extension}`,
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

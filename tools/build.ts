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
const workerUrls: Plugin = {
  name: 'worker-urls',
  transform: {
    filter: { id: /\.ts$/, code: /new URL\(/ },
    handler: (code) => code.replaceAll(/(new URL\(['"]\.\/[\w-]+)\.ts(['"], import\.meta\.url\))/g, '$1.js$2'),
  },
}

/** The files that worker threads start from. */
async function findWorkers(): Promise<readonly string[]> {
  const imports = collectImports(await readSourceTree(repositoryRoot))
  return imports.flatMap(({ from, to, kind }) =>
    kind === 'url' && to?.startsWith('src/') && !isTestFile(from) ? to : [],
  )
}

/**
 * Writes the bundle, all files in one folder: `main.js` for the command, of which each command is a part that is loaded
 * when it is called; `index.js` for programs; one file for each worker.
 */
export async function buildBundle(folder: string): Promise<RolldownOutput> {
  const entries = ['src/cli/main.ts', 'src/index.ts', ...(await findWorkers())]
  const bundle = await rolldown({
    cwd: repositoryRoot,
    input: Object.fromEntries(entries.map((path) => [basename(path, '.ts'), path])),
    platform: 'node',
    external: [/^node:/, ...externalPackages],
    plugins: [workerUrls],
    onLog: (_level, log) => {
      throw new Error(log.message)
    },
  })
  return bundle.write({
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
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
  const { output } = await buildBundle(dist)
  await buildTypes(join(dist, 'types'))
  for (const file of output)
    if (file.type === 'chunk') console.log(`${String(file.code.length).padStart(8)}  ${file.fileName}`)
}

/**
 * `wherry compare --diff` of two images of 700 MB and 30,000 files, in a store, with nothing indexed yet and with all of it, beside programs
 * that look into images, as far as they are installed: umoci and diff of GNU, and dive.
 */
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createJob } from '../src/std/job.ts'
import { openStore } from '../src/store/layout-store.ts'
import { makePackage } from '../tools/package.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { runChild } from './support/child.ts'
import { contest, type Contender } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { writeVersions } from './support/image-pair.ts'
import { isInstalled } from './support/peers.ts'
import { printLoad, printMachine, printResults } from './support/report.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    /** Only wherry is measured. */
    alone: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const cases = [
  { title: 'the base is the same, all else is newer', after: 'localhost/newer:1', versions: [1, 2, 2] },
  { title: 'no layer is the same', after: 'localhost/other:1', versions: [2, 2, 2] },
]
const before = 'localhost/app:1'

printMachine()
await using directory = await benchmarkDirectory(8e9)
const published = join(directory.path, 'package')
await makePackage(published)
// What the package needs and does not hold.
await symlink(join(repositoryRoot, 'node_modules'), join(published, 'node_modules'))
const program = join(published, 'bin/wherry.js')
const storePath = join(directory.path, 'store')
const layersPath = await writeImages()
const env = { ...process.env, XDG_CACHE_HOME: join(directory.path, 'cache') }

async function writeImages(): Promise<string> {
  await using store = await openStore(storePath, createJob())
  await writeVersions(store, before, [1, 1, 1])
  for (const { after, versions } of cases) await writeVersions(store, after, versions)
  return store.layersPath
}

function wherry(name: string, words: readonly string[], isCold = false): Contender {
  return {
    name,
    prepare: () => (isCold ? rm(layersPath, { recursive: true, force: true }) : Promise.resolve()),
    run: () => runChild(process.execPath, [program, '--store', storePath, 'compare', ...words], { env }),
  }
}

const unpackedPath = (image: string): string => join(directory.path, 'unpacked', image.replaceAll(/[/:]/g, '-'))

/** What one does by hand: unpack both, and compare the folders. Modes and owners are not looked at. */
function differ(name: string, images: readonly string[], isCold: boolean): Contender {
  const script = images
    .map((image) => `umoci unpack --image ${storePath}:${image} ${unpackedPath(image)} > ${unpackedPath('log')}`)
    .concat('true')
    .join(' && ')
  const folders = images.map((image) => join(unpackedPath(image), 'rootfs'))
  const compare = `diff -rq ${folders.join(' ')} > ${unpackedPath('differences')}`
  return {
    name,
    async prepare() {
      if (!isCold) return
      await rm(join(directory.path, 'unpacked'), { recursive: true, force: true })
      await mkdir(join(directory.path, 'unpacked'))
    },
    // There are differences: status 1.
    run: () => runChild('sh', ['-c', isCold ? `${script} && ${compare}` : compare], { statuses: [1] }),
  }
}

const archivePath = (image: string): string => join(directory.path, `${image.replaceAll(/[/:]/g, '-')}.tar`)

/** Looks at one image: its layers, files and waste. */
function dive(image: string): Contender {
  const script = `dive --ci --source docker-archive ${archivePath(image)} > ${archivePath('dive')}`
  // Status 1: it finds too much waste.
  return { name: 'dive, of one of them', run: () => runChild('sh', ['-c', script], { env, statuses: [0, 1] }) }
}

const [hasDiff, hasDive] = await Promise.all([
  Promise.all([isInstalled('umoci'), isInstalled('diff')]).then((all) => !values.alone && all.every(Boolean)),
  isInstalled('dive').then((isThere) => !values.alone && isThere),
])
if (!values.alone && !hasDiff) console.log('umoci is not installed: no comparison with unpacking and diff')
if (!values.alone && !hasDive) {
  console.log('dive is not installed (go install github.com/wagoodman/dive/cmd/dive@latest)')
}

for (const { title, after } of cases) {
  const images = [before, after]
  const cold = [
    wherry('wherry compare --diff, cold', ['--diff', ...images], true),
    ...(hasDiff ? [differ('umoci unpack of both, diff -rq', images, true)] : []),
  ]
  printResults(`${title}: cold`, await contest(cold, Math.min(rounds, 3)), 'wherry compare --diff, cold')
  printLoad()
  if (hasDive)
    await runChild(process.execPath, [program, '--store', storePath, 'save', '-o', archivePath(after), after])
  const warm = [
    { name: 'empty Node', run: () => runChild(process.execPath, ['--eval', '']) },
    wherry('wherry compare', images),
    wherry('wherry compare --diff', ['--diff', ...images]),
    wherry('wherry compare --format json', ['--diff', '--format', 'json', ...images]),
    wherry('wherry compare --format html', ['--format', 'html', ...images]),
    ...(hasDiff ? [differ('diff -rq, unpacked already', images, false)] : []),
    ...(hasDive ? [dive(after)] : []),
  ]
  printResults(`${title}: warm`, await contest(warm, rounds), 'wherry compare --diff')
  printLoad()
  await rm(archivePath(after), { force: true })
}

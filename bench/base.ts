/** `wherry base node`, with nothing in its cache and with all of it, beside mmdebstrap with the same packages. */
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hostArchitecture } from '../src/base/architecture.ts'
import { lockBase } from '../src/base/lock.ts'
import { readRecipe } from '../src/base/recipe.ts'
import { findSources } from '../src/debian/sources.ts'
import { createJob } from '../src/std/job.ts'
import { makePackage } from '../tools/package.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { runChild } from './support/child.ts'
import { contest, type Contender } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { isInstalled } from './support/peers.ts'
import { printMachine, printResults } from './support/report.ts'

const rounds = 3
const suite = 'trixie'

if (!(await isInstalled('mmdebstrap'))) throw new Error('mmdebstrap is not installed')
printMachine()
await using directory = await benchmarkDirectory(3e9)
const published = join(directory.path, 'package')
await makePackage(published)
// What the package needs and does not hold.
await symlink(join(repositoryRoot, 'node_modules'), join(published, 'node_modules'))

const storePath = join(directory.path, 'store')
const compiled = join(directory.path, 'compiled')
const build = (name: string, cache: string, cleared: readonly string[]): Contender => ({
  name,
  prepare: async () => {
    for (const path of cleared) await rm(path, { recursive: true, force: true })
    await mkdir(cache, { recursive: true })
    // Compiled code is no part of what is measured: it is there after the first run on a machine.
    await mkdir(join(cache, 'wherry'), { recursive: true })
    await rm(join(cache, 'wherry/compile-cache'), { recursive: true, force: true })
    await mkdir(compiled, { recursive: true })
    await symlink(compiled, join(cache, 'wherry/compile-cache'))
  },
  run: () => {
    const words = ['base', 'node', '--suite', suite, '--tag', 'localhost/node:1', '--store', storePath, '--quiet']
    const env = { ...process.env, XDG_CACHE_HOME: cache }
    return runChild(process.execPath, [join(published, 'bin/wherry.js'), ...words], { env })
  },
})

/** The packages that the image has, for the peer to install the same, with what it cannot do without. */
async function packagesOfImage(): Promise<readonly string[]> {
  const cacheFolder = join(directory.path, 'lock')
  const chain = await readRecipe('node', directory.path)
  const { images } = await lockBase(chain, { suite, cacheFolder }, createJob())
  return images.flatMap(({ layers }) => layers.flatMap(({ packages }) => packages.map(({ name }) => name)))
}

const architecture = hostArchitecture()
const { archives } = await findSources({ suite, architecture }, createJob())
const sources = archives.map((each) => `deb ${each.mirrors[0] ?? ''} ${each.suite} ${each.components.join(' ')}`)
const include = `--include=${(await packagesOfImage()).join(',')}`
const bootstrap = (name: string, variant: string): Contender => ({
  name,
  run: () => {
    const target = join(directory.path, 'root.tar')
    return runChild('mmdebstrap', ['--quiet', `--variant=${variant}`, include, suite, target, ...sources], {
      env: { ...process.env, TMPDIR: directory.path },
    })
  },
})

const [cold, warm] = [join(directory.path, 'cold'), join(directory.path, 'warm')]
const minimal = 'mmdebstrap --variant=minbase'
const contenders = [
  bootstrap(minimal, 'minbase'),
  bootstrap('mmdebstrap --variant=extract', 'extract'),
  build('wherry base node, cold', cold, [cold, storePath]),
  build('the same with the packages in the cache', warm, [storePath]),
  build('the same with the image in the store', warm, []),
]
printResults('a base image with Node.js', await contest(contenders, rounds), minimal)

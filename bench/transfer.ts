/** Push and pull over loopback to one registry, beside skopeo and, where it is installed, crane. */
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseReference } from '../src/image/reference.ts'
import { createJob } from '../src/std/job.ts'
import { openStore } from '../src/store/layout-store.ts'
import { registrySkipReason, startRegistry, type TestRegistry } from '../test/support/registry.ts'
import { makePackage } from '../tools/package.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { runChild } from './support/child.ts'
import { contest, type Contender } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { writeNoiseImage } from './support/noise-image.ts'
import { isInstalled } from './support/peers.ts'
import { printMachine, printResults } from './support/report.ts'

const rounds = 5
const cases = [
  { name: 'one layer of 1 GB', tag: 'localhost/one:1', layers: 1, layerBytes: 1e9 },
  { name: '50 layers of 10 MB', tag: 'localhost/fifty:1', layers: 50, layerBytes: 1e7 },
]

/** How one program does the two things. Both read and write OCI layouts. */
interface Mover {
  readonly name: string
  push(reference: string, registry: string): readonly [program: string, args: readonly string[]]
  pull(reference: string, registry: string, into: string): readonly [program: string, args: readonly string[]]
}

if (registrySkipReason !== false) throw new Error(registrySkipReason)
printMachine()
await using directory = await benchmarkDirectory(6e9)
process.env['TMPDIR'] = directory.path
const published = join(directory.path, 'package')
await makePackage(published)
// What the package needs and does not hold.
await symlink(join(repositoryRoot, 'node_modules'), join(published, 'node_modules'))
const storePath = join(directory.path, 'store')
const scratch = join(directory.path, 'pulled')
await using registry = await startRegistry()
const movers = await installedMovers()
const emptyProgram: Contender = { name: 'empty Node', run: () => runChild(process.execPath, ['--eval', '']) }

for (const { name, tag, layers, layerBytes } of cases) {
  {
    await using store = await openStore(storePath, createJob())
    await writeNoiseImage(store, parseReference(tag), layers, layerBytes)
  }
  const push = movers.map((mover) => contender(mover, mover.push(tag, registry.host), () => emptyRegistry(registry)))
  printResults(`push, ${name}`, await contest(push, rounds), 'skopeo')
  const again = movers.map((mover) => contender(mover, mover.push(tag, registry.host)))
  printResults(`push, ${name}, already there`, await contest([...again, emptyProgram], rounds * 2), 'skopeo')
  const pull = movers.map((mover) =>
    contender(mover, mover.pull(tag, registry.host, scratch), () => rm(scratch, { recursive: true, force: true })),
  )
  printResults(`pull, ${name}`, await contest(pull, rounds), 'skopeo')
  const pullAgain = movers.map((mover) => {
    const into = `${scratch}-${mover.name}`
    return contender(mover, mover.pull(tag, registry.host, into))
  })
  printResults(`pull, ${name}, already there`, await contest([...pullAgain, emptyProgram], rounds * 2), 'skopeo')
  await rm(storePath, { recursive: true })
}

function contender(
  { name }: Mover,
  [program, args]: readonly [string, readonly string[]],
  prepare?: () => Promise<void>,
): Contender {
  const env = { ...process.env, XDG_CACHE_HOME: join(directory.path, 'cache'), HOME: directory.path }
  return { name, run: () => runChild(program, args, { env }), ...(prepare === undefined ? {} : { prepare }) }
}

/** The registry looks at its disk for every question: what is deleted there is gone. */
async function emptyRegistry({ directory: folder }: TestRegistry): Promise<void> {
  await rm(join(folder, 'data/docker'), { recursive: true, force: true })
  await rm(join(directory.path, 'cache/wherry/mounts'), { recursive: true, force: true })
}

/** What a reference of the store is called in the registry. */
function inRegistry(reference: string, host: string): string {
  return reference.replace('localhost/', `${host}/`)
}

async function installedMovers(): Promise<readonly Mover[]> {
  const wherry = join(published, 'bin/wherry.js')
  const all: readonly Mover[] = [
    {
      name: 'wherry',
      push: (reference, host) => [
        process.execPath,
        [wherry, 'push', '--quiet', '--store', storePath, reference, inRegistry(reference, host)],
      ],
      pull: (reference, host, into) => [
        process.execPath,
        [wherry, 'pull', '--quiet', '--store', into, inRegistry(reference, host)],
      ],
    },
    {
      name: 'skopeo',
      push: (reference, host) => [
        'skopeo',
        [
          'copy',
          '-q',
          '--dest-tls-verify=false',
          `oci:${storePath}:${reference}`,
          `docker://${inRegistry(reference, host)}`,
        ],
      ],
      pull: (reference, host, into) => [
        'skopeo',
        ['copy', '-q', '--src-tls-verify=false', `docker://${inRegistry(reference, host)}`, `oci:${into}:it`],
      ],
    },
    {
      name: 'crane',
      push: (reference, host) => ['crane', ['push', storePath, inRegistry(reference, host)]],
      pull: (reference, host, into) => ['crane', ['pull', '--format=oci', inRegistry(reference, host), into]],
    },
  ]
  const found = await Promise.all(
    all.map(async (mover) => (mover.name === 'wherry' || (await isInstalled(mover.name)) ? [mover] : [])),
  )
  return found.flat()
}

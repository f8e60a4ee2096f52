/** `wherry build` beside docker (BuildKit) and buildah, where they are installed. */
import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openStore } from '../src/store/layout-store.ts'
import { errorMessage } from '../src/std/errors.ts'
import { createJob } from '../src/std/job.ts'
import { parseReference } from '../src/image/reference.ts'
import { registrySkipReason, startRegistry } from '../test/support/registry.ts'
import { buildBundle } from '../tools/build.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { writeBusyboxBase } from './support/busybox-base.ts'
import { installedBuilders, wherryBuilder, type Builder } from './support/builders.ts'
import { runChild } from './support/child.ts'
import { openContest, type Contender, type Cost } from './support/contest.ts'
import { expressApp, goServer, manyFiles, manySteps, oneFile, smallApp, type BuildContext } from './support/contexts.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { disposeOnSignals } from './support/dispose-on-signals.ts'
import { printLoad, printMachine, printResults } from './support/report.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    /** Which cases, with commas between them. */
    cases: { type: 'string' },
    /** Which of the measures of each, with commas between them: all unless told. */
    measures: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    /** A store with `localhost/golang:1` and `localhost/node-build:1` of `wherry base`, for the cases that need them. */
    bases: { type: 'string' },
    /** Only wherry is measured. */
    alone: { type: 'boolean', default: false },
    /** In seconds: a build, a push or a start that takes longer is ended, and its builder is out of that contest. */
    limit: { type: 'string', default: '300' },
  },
})
const rounds = Number(values.rounds)
const limitMs = Number(values.limit) * 1000

/** A row or several of the table: what is built, and what is measured of it. */
interface BuildCase {
  readonly name: string
  readonly title: string
  readonly base: string
  make(folder: string, base: string): Promise<BuildContext>
  readonly measures: readonly Measure[]
  readonly compressions?: readonly ('gzip' | 'zstd')[]
  /** Where a build takes long, whatever builds. */
  readonly roundsMax?: number
}

type Measure = 'cold' | 'push' | 'start' | 'unchanged' | 'changed'

const [busybox, node, golang] = ['localhost/busybox:1', 'localhost/node-build:1', 'localhost/golang:1']
const cases: readonly BuildCase[] = [
  { name: 'small', title: 'small app', base: busybox, make: smallApp, measures: ['unchanged', 'changed'] },
  {
    ...{ name: 'files', title: '26,000 files, 366 MB', base: busybox },
    make: (folder, base) => manyFiles(folder, base, 26_000, 366e6),
    measures: ['cold', 'push', 'start', 'unchanged', 'changed'],
  },
  {
    ...{ name: 'large', title: 'one file of 1 GiB', base: busybox },
    make: (folder, base) => oneFile(folder, base, 2 ** 30),
    measures: ['cold', 'push', 'start'],
    compressions: ['gzip', 'zstd'],
  },
  {
    ...{ name: 'steps', title: 'ten RUN steps', base: busybox },
    make: (folder, base) => manySteps(folder, base, 10),
    measures: ['cold', 'unchanged'],
  },
  { name: 'express', title: 'Express', base: node, make: expressApp, measures: ['cold', 'unchanged'] },
  {
    ...{ name: 'go', title: 'Go server', base: golang },
    make: (folder, base) => goServer(folder, base, false),
    measures: ['changed'],
    roundsMax: 1,
  },
  {
    ...{ name: 'go-cache', title: 'Go server with a cache mount', base: golang },
    make: (folder, base) => goServer(folder, base, true),
    measures: ['changed'],
  },
]
const titles = {
  cold: 'cold build',
  push: 'push',
  start: 'pull to the end of a first process',
  unchanged: 'nothing changed',
  changed: 'one file changed',
} as const satisfies Readonly<Record<Measure, string>>

const chosen = values.cases?.split(',')
const hasBase = ({ base }: BuildCase): boolean => base === busybox || values.bases !== undefined
const measured = values.measures?.split(',')
const wanted = cases.filter((each) => hasBase(each) && (chosen === undefined || chosen.includes(each.name)))

if (registrySkipReason !== false) throw new Error(registrySkipReason)
printMachine()
await using stack = disposeOnSignals(new AsyncDisposableStack())
const directory = stack.use(await benchmarkDirectory(8e9))
process.env['TMPDIR'] = directory.path
const published = join(directory.path, 'package')
await buildBundle(join(published, 'dist'))
await cp(join(repositoryRoot, 'bin'), join(published, 'bin'), { recursive: true })
// What the bundle needs and does not hold.
await symlink(join(repositoryRoot, 'node_modules'), join(published, 'node_modules'))
const program = join(published, 'bin/wherry.js')
const baseRegistry = stack.use(await startRegistry())
const registry = stack.use(await startRegistry())
const bases = await pushBases(new Set(wanted.map(({ base }) => base)))
const options = { directory: directory.path, bases: [...bases.values()], limitMs }
const builders: readonly Builder[] = values.alone
  ? [stack.use(wherryBuilder(program, options))]
  : await installedBuilders(program, options, stack)

for (const each of wanted) for (const format of each.compressions ?? ['gzip' as const]) await runCase(each, format)

async function runCase(each: BuildCase, format: 'gzip' | 'zstd'): Promise<void> {
  const folder = join(directory.path, 'context')
  const context = await each.make(folder, bases.get(each.base) ?? '')
  const image = `${registry.host}/bench/${each.name}:1`
  for (const measure of each.measures) {
    if (measured?.includes(measure) === false) continue
    const title = `${each.title}, ${titles[measure]}${each.compressions === undefined ? '' : `, ${format}`}`
    const contenders = builders.flatMap((builder) => contendersOf(builder, measure, context, image, format))
    const count = Math.min(measure === 'unchanged' ? rounds * 3 : rounds, each.roundsMax ?? rounds * 3)
    const { results, failures } = await openContest(contenders, count)
    const best = results.find(({ name }) => name === 'docker') ?? results[0]
    if (best !== undefined) printResults(title, results, best.name)
    for (const { name, error } of failures) console.log(`  ${name}: ${errorMessage(error)}`)
    printLoad()
  }
  for (const builder of builders) await builder.forget()
  await rm(folder, { recursive: true })
}

/** What is measured before leaves what is needed after: a build its image, a push what is pulled. */
function contendersOf(
  builder: Builder,
  measure: Measure,
  context: BuildContext,
  image: string,
  format: 'gzip' | 'zstd',
): readonly Contender[] {
  const { name, start } = builder
  const own = image.replace(':1', `:${name}`)
  const build = (): Promise<Cost> => builder.build(context.folder, own, format)
  switch (measure) {
    case 'cold':
      return [{ name, prepare: () => builder.forget(), run: build }]
    case 'push':
      return [{ name, prepare: emptyRegistry, run: () => builder.push(own) }]
    case 'start': {
      if (start === undefined) return []
      const pushed = once(async () => {
        await builder.forget()
        await build()
        await builder.push(own)
      })
      const prepare = async (): Promise<void> => {
        await pushed()
        await builder.forget()
      }
      return [{ name, prepare, run: () => start(own) }]
    }
    case 'unchanged':
      return [{ name, prepare: once(build), run: build }]
    case 'changed':
      return [{ name, prepare: () => context.change(), run: build }]
  }
}

/** What was built last may be another state of the context. */
function once(work: () => Promise<unknown>): () => Promise<void> {
  let done: Promise<unknown> | undefined
  return async () => {
    done ??= work()
    await done
  }
}

async function emptyRegistry(): Promise<void> {
  await rm(join(registry.directory, 'data/docker'), { recursive: true, force: true })
}

/** Brings the bases to a registry, from which every builder takes them before anything is measured. */
async function pushBases(names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const own = join(directory.path, 'bases')
  await mkdir(own, { recursive: true })
  const references = new Map<string, string>()
  for (const name of names) {
    const reference = name.replace('localhost', `${baseRegistry.host}/base`)
    const store = name === busybox ? own : (values.bases ?? own)
    if (name === busybox) {
      await using opened = await openStore(own, createJob())
      await writeBusyboxBase(opened, parseReference(name))
    }
    await runChild(process.execPath, [program, '--quiet', '--store', store, 'push', name, reference])
    references.set(name, reference)
  }
  return references
}

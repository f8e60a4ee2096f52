/**
 * `wherry slim` of the Go example once its before image is built: with a source file that no build has seen, and with nothing changed.
 *
 * mint (slim) would be the peer. It cannot be had as other Go programs can: the Go proxy refuses its module, under all of its names.
 */
import { randomUUID } from 'node:crypto'
import { appendFile, cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePackage } from '../tools/package.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { runChild } from './support/child.ts'
import { contest } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { printLoad, printMachine, printResults } from './support/report.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    /** A store with `golang:1`, as `npm run demo` makes it. It is copied. */
    bases: { type: 'string' },
  },
})
if (values.bases === undefined) throw new Error('which store has golang:1? --bases STORE')

printMachine()
await using directory = await benchmarkDirectory(4e9)
const published = join(directory.path, 'package')
await makePackage(published)
// What the package needs and does not hold.
await symlink(join(repositoryRoot, 'node_modules'), join(published, 'node_modules'))
const program = join(published, 'bin/wherry.js')
const storePath = join(directory.path, 'store')
await cp(values.bases, storePath, { recursive: true })
const app = join(directory.path, 'app')
await cp(join(repositoryRoot, 'examples/go'), app, { recursive: true })

const env = { ...process.env, XDG_CACHE_HOME: join(directory.path, 'cache') }
const wherry = (words: readonly string[]) =>
  runChild(process.execPath, [program, '--store', storePath, ...words], { env })
const slim = (more: readonly string[]) => () =>
  wherry(['slim', '--output', '-', '--ca-certificates', 'host', ...more, app])

/** The before image of an app that is new: what slimming builds and asks is not there yet, but for the compiler's cache. */
async function changeAndBuild(): Promise<void> {
  await appendFile(join(app, 'main.go'), `// ${randomUUID()}\n`)
  await wherry(['build', '--quiet', '--ca-certificates', 'host', app])
}

const contenders = [
  { name: 'wherry slim', prepare: changeAndBuild, run: slim([]) },
  { name: 'wherry slim --measure none', prepare: changeAndBuild, run: slim(['--measure', 'none']) },
  { name: 'wherry slim, nothing changed', run: slim([]) },
]
printResults('the Go example, slimmed and proved', await contest(contenders, Number(values.rounds)), 'wherry slim')
printLoad()

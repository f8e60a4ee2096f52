/** How long `wherry --version` takes, bundled as it is published and from source, beside an empty Node program. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePackage } from '../tools/package.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { runChild } from './support/child.ts'
import { contest, type Contender } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { printMachine, printResults } from './support/report.ts'

printMachine()
await using directory = await benchmarkDirectory(100e6)
const empty = join(directory.path, 'empty.js')
await writeFile(empty, '')
const published = join(directory.path, 'package')
await makePackage(published)

const env = { ...process.env, XDG_CACHE_HOME: join(directory.path, 'cache') }
const node = (name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Contender => ({
  name,
  run: () => runChild(process.execPath, args, { env: { ...env, ...more } }),
})
const bundled = join(published, 'bin/wherry.js')
const source = join(repositoryRoot, 'bin/wherry.js')
const contenders = [
  node('empty program', [empty]),
  node('--version', [bundled, '--version']),
  node('--version, no compile cache', [bundled, '--version'], { NODE_DISABLE_COMPILE_CACHE: '1' }),
  node('--version, from source', [source, '--version']),
  node('--help', [bundled, '--help']),
  node('pull --help', [bundled, 'pull', '--help']),
  node('pull --help, no compile cache', [bundled, 'pull', '--help'], { NODE_DISABLE_COMPILE_CACHE: '1' }),
  node('pull --help, from source', [source, 'pull', '--help']),
  node('the same, no compile cache', [source, 'pull', '--help'], { NODE_DISABLE_COMPILE_CACHE: '1' }),
]
printResults('start', await contest(contenders, 21), 'empty program')

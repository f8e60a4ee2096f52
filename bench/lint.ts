/**
 * Judging Dockerfiles: the corpus of the tests in memory, beside the validator of dockerfile-utils; and whole commands on one usual
 * file and on one of 10,000 lines, beside those of dockerfile-utils and, where it is installed, hadolint.
 *
 * dockerfile-utils knows some 50 mistakes in the language and does not look into RUN; hadolint has some 70 rules and ShellCheck.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { lintDockerfile } from '../src/dockerfile/lint.ts'
import { parseDockerfile } from '../src/dockerfile/parse.ts'
import { makePackage } from '../tools/package.ts'
import { repositoryRoot } from '../tools/source-tree.ts'
import { runChild } from './support/child.ts'
import { contest, timed, type Contender } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { isInstalled } from './support/peers.ts'
import { printMachine, printResults } from './support/report.ts'

const rounds = 11
const longFileLines = 10_000

async function readCorpus(): Promise<readonly string[]> {
  const root = join(repositoryRoot, 'test/golden/lint')
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  return Promise.all(folders.map(({ name }) => readFile(join(root, name, 'Dockerfile'), 'utf8')))
}

/** Stages of the corpus one after the other. ARG and FROM of each file begin anew, so that the whole can be built as well. */
function longFile(corpus: readonly string[]): string {
  const lines: string[] = []
  const usable = corpus.filter((text) => !text.includes('escape=') && parseDockerfile(text).diagnostics.length === 0)
  for (let index = 0; lines.length < longFileLines && usable.length > 0; index += 1) {
    lines.push(...(usable[index % usable.length] ?? '').split('\n'))
  }
  return `${lines.slice(0, longFileLines).join('\n')}\n`
}

const inMemory = (name: string, corpus: readonly string[], judge: (text: string) => unknown): Contender => ({
  name,
  run: () =>
    timed(() => {
      for (const text of corpus) judge(text)
      return Promise.resolve()
    }),
})

printMachine()
const corpus = await readCorpus()
const long = longFile(corpus)
const judging = await contest(
  [
    inMemory('wherry', corpus, (text) => lintDockerfile(text).findings.length),
    inMemory('wherry, reading only', corpus, (text) => parseDockerfile(text).diagnostics.length),
    inMemory('dockerfile-utils', corpus, (text) => validate(text).length),
  ],
  rounds,
)
printResults(`${corpus.length} files in memory`, judging, 'dockerfile-utils')
for (const { name, elapsedMs } of judging) {
  console.log(`  ${name.padEnd(22)} ${Math.round((corpus.length / elapsedMs.median) * 1000)} files/s`)
}
printResults(
  `${longFileLines} lines in memory`,
  await contest(
    [
      inMemory('wherry', [long], (text) => lintDockerfile(text).findings.length),
      inMemory('dockerfile-utils', [long], (text) => validate(text).length),
    ],
    rounds,
  ),
  'dockerfile-utils',
)

await using directory = await benchmarkDirectory(100e6)
const published = join(directory.path, 'package')
await makePackage(published)
const usual = join(directory.path, 'Dockerfile')
await writeFile(usual, corpus[0] ?? '')
const longPath = join(directory.path, 'long.Dockerfile')
await writeFile(longPath, long)
const hasHadolint = await isInstalled('hadolint')
if (!hasHadolint) console.log('\nhadolint is not installed, so it does not take part')
const env = { ...process.env, XDG_CACHE_HOME: join(directory.path, 'cache') }
for (const [title, file] of [
  ['the command, one usual file', usual],
  [`the command, ${longFileLines} lines`, longPath],
] as const) {
  const command = (name: string, program: string, ...args: readonly string[]): Contender => ({
    name,
    run: () => runChild(program, args, { env, statuses: [0, 1] }),
  })
  const utils = join(repositoryRoot, 'node_modules/dockerfile-utils/bin/dockerfile-utils')
  const contenders = [
    command('wherry lint', process.execPath, join(published, 'bin/wherry.js'), 'lint', file),
    command('dockerfile-utils lint', process.execPath, utils, 'lint', file),
    ...(hasHadolint ? [command('hadolint', 'hadolint', file)] : []),
  ]
  printResults(title, await contest(contenders, rounds), 'dockerfile-utils lint')
}

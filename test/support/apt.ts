import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openPackageIndex, type PackageIndex } from '../../src/debian/package-index.ts'
import { byteStream } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { makeDirectory } from '../../src/std/make-directory.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'

const execute = promisify(execFile)
const helper = '/usr/lib/apt/apt-helper'

/** The machine's own apt, on a system with nothing installed, and the package lists that it goes by. */
export interface AptArchive extends AsyncDisposable {
  readonly architecture: string
  /** One for each list. */
  readonly indexes: readonly PackageIndex[]
  /** What it would install, as `name version`, sorted. */
  simulateInstall(...parameters: readonly string[]): Promise<readonly string[]>
}

/**
 * Opens the lists that the machine has, or fetches them from its mirror into a folder that goes with the test. Sources and
 * mirror are those of the machine's configuration.
 *
 * @returns why there are none, where there are none.
 */
export async function openAptArchive(): Promise<AptArchive | string> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryDirectory())
  const options = await isolatedOptions(folder.path)
  const { stdout } = await execute('dpkg', ['--print-architecture'])
  const architecture = stdout.trim()
  let found = await packageLists(options, architecture)
  if (found.length === 0) {
    options.push('-o', `Dir::State::lists=${join(folder.path, 'lists')}`)
    const failure = await execute('apt-get', [...options, 'update']).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    found = await packageLists(options, architecture)
    if (found.length === 0) return `apt has no package lists, and its mirror gives none: ${failure ?? ''}`
  }
  const indexes: PackageIndex[] = []
  for (const { path, title } of found) {
    const text = await execute(helper, ['cat-file', path], { encoding: 'buffer', maxBuffer: 1e9 })
    const sha256 = createHash('sha256').update(text.stdout).digest('hex')
    const list = { title, sha256, open: () => byteStream(text.stdout) }
    indexes.push(stack.use(await openPackageIndex(list, join(folder.path, 'indexes'), createJob())))
  }
  const owned = stack.move()
  return {
    ...{ architecture, indexes },
    simulateInstall: async (...parameters) => {
      const run = await execute('apt-get', [...options, '-s', 'install', ...parameters], { maxBuffer: 1e8 })
      return Array.from(
        run.stdout.matchAll(/^Inst (\S+) \((\S+) /gm),
        ([, name, version]) => `${name} ${version}`,
      ).toSorted()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** So that nothing of the machine counts but its sources, and nothing of it is changed. */
async function isolatedOptions(folder: string): Promise<string[]> {
  await writeFile(join(folder, 'status'), '')
  for (const name of ['lists/partial', 'cache/archives/partial']) await makeDirectory(join(folder, name))
  const settings = [
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    // Container images turn these off; each run takes twice as long without.
    'Dir::Cache::pkgcache=pkgcache.bin',
    'Dir::Cache::srcpkgcache=srcpkgcache.bin',
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
    'Acquire::http::Timeout=20',
    'Acquire::Languages=none',
  ]
  return ['-q', ...settings.flatMap((setting) => ['-o', setting])]
}

async function packageLists(
  options: readonly string[],
  architecture: string,
): Promise<readonly { readonly path: string; readonly title: string }[]> {
  const format = '$(ARCHITECTURE)\t$(CODENAME)/$(COMPONENT)\t$(FILENAME)'
  const targets = ['indextargets', '--format', format, 'Created-By: Packages']
  const { stdout } = await execute('apt-get', [...options, ...targets])
  return stdout.split('\n').flatMap((line) => {
    const [its = '', title = '', path = ''] = line.split('\t')
    return its === architecture || its === 'all' ? [{ path, title }] : []
  })
}

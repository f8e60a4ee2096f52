import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { shellNames } from '../../script/invocation.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { checkDownloads, readDownload, type Download } from '../facts/downloads.ts'
import { readFileMode } from '../facts/file-mode.ts'
import { isNearHost, readWebAddress, type WebAddress } from '../facts/web-address.ts'
import type { FoundProblem, Rule } from '../rule.ts'
import type { Step } from '../facts/stage-facts.ts'

/** Programs that unpack or install what they are given. */
const unpackers: ReadonlySet<string> = new Set([
  ...[
    'tar',
    'bsdtar',
    'unzip',
    '7z',
    '7za',
    'gunzip',
    'gzip',
    'zcat',
    'xz',
    'unxz',
    'bunzip2',
    'bzip2',
    'unzstd',
    'cpio',
  ],
  ...['dpkg', 'apt', 'apt-get', 'gdebi', 'rpm', 'dnf', 'yum', 'apk', 'pip', 'pip3', 'npm', 'gem', 'install', 'java'],
])

const interpreters = /^(?:python[0-9.]*|node|perl|ruby|php)$/

/** Files from the network that nothing compares with what they should be. */
export const uncheckedDownload: Rule = {
  name: 'UncheckedDownload',
  category: 'safety',
  severity: 'warning',
  summary: 'a download goes into the image unchecked',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      for (const found of [...uncheckedAdds(step), ...uncheckedRuns(step)]) report(found)
    }
  },
}

const cost =
  'Another file than the one that was meant, changed on the server or on the way, goes into the image unseen.'

/** Sources of ADD that are files of the network. Git has commits for that. */
function uncheckedAdds({ evaluated }: Step): readonly FoundProblem[] {
  const { instruction } = evaluated
  if (instruction.kind !== 'add' || evaluated.kind !== 'add' || evaluated.checksum !== undefined) return []
  return instruction.sources.flatMap((source, index) => {
    const text = evaluated.sources[index] ?? source.value
    const address = readWebAddress(text)
    if (address === undefined || !/^https?$/.test(address.scheme) || address.path.endsWith('.git')) return []
    if (isPlainHttp(address)) return []
    return [
      {
        message: 'ADD fetches a file without comparing its checksum',
        range: source.range,
        cost,
        hint: 'Give the digest of the file: ADD --checksum=sha256:… (sha256sum prints it).',
      },
    ]
  })
}

/** Downloads that are unpacked or run in the same RUN. */
function uncheckedRuns(step: Step): readonly FoundProblem[] {
  const commands = runCommands(step)
  const downloads = commands.flatMap((command, index) => {
    const download = readDownload(command)
    return download === undefined ? [] : [{ command, download, index }]
  })
  if (downloads.length === 0 || checkDownloads(commands)) return []
  const used = wordsOfUsers(commands)
  const unpacking = lastUnpackers(commands)
  return downloads.flatMap(({ command, download, index }) => {
    const address = download.addresses.find((word) => isFar(word))
    const isUnpacked = download.toOutput && (unpacking.get(command.pipeline) ?? -1) > index
    if (address === undefined || !(isUnpacked || isUsed(download, used))) return []
    return [
      {
        severity: 'information' as const,
        message: `what ${command.program} fetches is used without a check of what it is`,
        range: address.range,
        cost,
        hint: 'Compare it before it is used: echo "DIGEST  FILE" | sha256sum -c -; or use ADD --checksum=sha256:….',
      },
    ]
  })
}

function isFar({ value }: ShellWord): boolean {
  const address = readWebAddress(value)
  if (address === undefined || address.scheme === 'file' || isPlainHttp(address)) return false
  return address.host === undefined || !isNearHost(address.host)
}

/** What PlainHttpDownload reports: a digest mends that as well. */
function isPlainHttp({ scheme, host }: WebAddress): boolean {
  return scheme === 'http' && host !== undefined && !isNearHost(host)
}

/** The last program of each pipeline that unpacks, by the pipeline's number. */
function lastUnpackers(commands: readonly ShellCommand[]): ReadonlyMap<number, number> {
  return new Map(
    commands.flatMap(({ program, pipeline }, index): readonly [number, number][] =>
      unpackers.has(program) ? [[pipeline, index]] : [],
    ),
  )
}

/** Whether a program that unpacks or runs is given one of its files, or the file goes where programs are. */
function isUsed({ files }: Download, used: ReadonlySet<string>): boolean {
  return files.some((file) => used.has(withoutFolder(file)) || /\/s?bin\/[^/]+$/.test(file))
}

/** The names of files that some commands unpack or run. */
function wordsOfUsers(commands: readonly ShellCommand[]): ReadonlySet<string> {
  return new Set(
    commands.flatMap(({ program, programWord, arguments: words }) => {
      if (/^\.{0,2}\//.test(programWord?.value ?? '')) return [withoutFolder(programWord?.value ?? '')]
      if (program === 'chmod')
        return words.some(({ value }) => readFileMode(value)?.isExecutable === true) ? words.map(fileOf) : []
      if (program === 'mv' || program === 'cp' || program === 'ln')
        return /\/s?bin(?:\/|$)/.test(words.at(-1)?.value ?? '') ? words.map(fileOf) : []
      const runs = unpackers.has(program) || shellNames.has(program) || interpreters.test(program) || program === '.'
      return runs ? words.map(fileOf) : []
    }),
  )
}

function fileOf({ value }: ShellWord): string {
  return withoutFolder(value)
}

function withoutFolder(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

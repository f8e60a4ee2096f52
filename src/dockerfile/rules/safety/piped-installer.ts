import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { shellNames } from '../../script/invocation.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { readDownload, type Download } from '../facts/downloads.ts'
import { readWebAddress } from '../facts/web-address.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** What does the same as an installer, by its host. */
const instead: ReadonlyMap<string, string> = new Map([
  ['astral.sh', 'COPY --from=ghcr.io/astral-sh/uv /uv /bin/ brings uv.'],
  ['bun.sh', 'FROM oven/bun, or COPY --from=oven/bun /usr/local/bin/bun /usr/local/bin/, brings Bun.'],
  ['nodesource.com', 'FROM node, or COPY --from=node /usr/local /usr/local, brings Node.js.'],
  ['deno.land', 'COPY --from=denoland/deno:bin /deno /usr/local/bin/ brings Deno.'],
  ['get.docker.com', 'COPY --from=docker:cli /usr/local/bin/docker /usr/local/bin/ brings the client.'],
  ['get.pnpm.io', 'corepack enable, or npm install -g pnpm with a version, brings pnpm.'],
  ['getcomposer.org', 'COPY --from=composer /usr/bin/composer /usr/bin/ brings Composer.'],
  ['install.python-poetry.org', 'pip install poetry with a version brings Poetry.'],
  ['sh.rustup.rs', 'FROM rust brings cargo and rustup.'],
])

/** Programs that run a script from their input, and the options that take a script from elsewhere. */
const interpreters: readonly (readonly [RegExp, RegExp])[] = [
  [/^python[0-9.]*$/, /^-[a-zA-Z]*[cm]/],
  [/^(?:node|bun|deno)$/, /^(?:-[a-z]*[ep]|--eval|--print)/],
  [/^(?:perl|ruby)$/, /^-[a-zA-Z]*[ep]/],
  [/^php[0-9.]*$/, /^-[rfBRFE]|^--(?:run|file)(?:=|$)/],
]

/** A script from the network that is run as it comes: `curl … | sh`, `sh -c "$(curl …)"`, `bash <(curl …)`. */
export const pipedInstaller: Rule = {
  name: 'PipedInstaller',
  category: 'safety',
  severity: 'warning',
  summary: 'a script from the network is run unseen',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const commands = runCommands(step)
      for (const found of [...pipedScripts(commands), ...substitutedScripts(commands)]) report(found)
    }
  },
}

function pipedScripts(commands: readonly ShellCommand[]): readonly FoundProblem[] {
  const found: FoundProblem[] = []
  let fetched: { readonly command: ShellCommand; readonly download: Download } | undefined
  for (const command of commands) {
    if (fetched?.command.pipeline !== command.pipeline) fetched = undefined
    const download = readDownload(command)
    if (download?.toOutput === true) fetched = { command, download }
    else if (fetched !== undefined && command.operatorBefore === '|' && runsItsInput(command)) {
      found.push(problem(fetched.command, fetched.download, command))
      fetched = undefined
    }
  }
  return found
}

function problem(start: ShellCommand, download: Download, end: ShellCommand): FoundProblem {
  const host = download.addresses.map(({ value }) => readWebAddress(value)?.host).find((each) => each !== undefined)
  const known = host === undefined ? undefined : instead.get(host.replace(/^(?:www|deb|rpm)\./, ''))
  return {
    message: `${end.program} runs what ${start.program} fetches, unseen`,
    range: { start: start.range.start, end: end.range.end },
    cost: 'Whoever controls the server, or a download that breaks off, decides what is in the image; the next build may get another.',
    hint:
      known ??
      'Fetch the script to a file, compare its sha256sum, and run it then; or take a package or an image with a version.',
  }
}

/** Whether a program takes what it runs from its input. */
function runsItsInput({ program, arguments: words }: ShellCommand): boolean {
  if (shellNames.has(program)) return isShellOfInput(words)
  const known = interpreters.find(([name]) => name.test(program))
  if (known === undefined) return false
  const [, takesScript] = known
  const first = words.find(({ value }) => value === '-' || value === '--' || !/^-[a-zA-Z]+$/.test(value))
  // What follows is for the script.
  const own = first !== undefined && /^--?$/.test(first.value) ? words.slice(0, words.indexOf(first)) : words
  return !own.some(({ value }) => takesScript.test(value)) && (first === undefined || /^--?$/.test(first.value))
}

function isShellOfInput(words: readonly ShellWord[]): boolean {
  for (let at = 0; at < words.length; at += 1) {
    const text = words[at]?.value ?? ''
    if (text === '-' || text === '--') return words[at + 1] === undefined
    if (!/^[-+]/.test(text)) return text === '/dev/stdin'
    if (/^-[a-z]*c/.test(text)) return false
    if (/^-[a-z]*s/.test(text)) return true
    // `-o pipefail`
    if (/^[-+][a-z]*o$/.test(text)) at += 1
  }
  return true
}

/** Scripts that a substitution fetches. */
function substitutedScripts(commands: readonly ShellCommand[]): readonly FoundProblem[] {
  const found: FoundProblem[] = []
  let inside: { readonly end: number; readonly command: ShellCommand } | undefined
  for (const command of commands) {
    if (inside !== undefined && command.range.start < inside.end) {
      const download = readDownload(command)
      if (download?.toOutput !== true) continue
      found.push({ ...problem(command, download, inside.command), range: inside.command.range })
    }
    const word = scriptWord(command)
    inside = word?.hasSubstitution === true ? { end: word.range.end, command } : undefined
  }
  return found
}

/** The word that a command takes its script from: the text, or its file. */
function scriptWord({ program, arguments: words }: ShellCommand): ShellWord | undefined {
  if (program === 'eval') return words[0]
  const isFile = (word: ShellWord | undefined): boolean => word?.value.startsWith('<(') === true
  if (program === 'source' || program === '.') return isFile(words[0]) ? words[0] : undefined
  const script = words.find(({ value }) => !value.startsWith('-'))
  if (shellNames.has(program))
    return isFile(script) || words.some(({ value }) => /^-[a-z]*c$/.test(value)) ? script : undefined
  const isInterpreter = interpreters.some(([name]) => name.test(program))
  return isInterpreter && (isFile(script) || words.some(({ value }) => /^-[cer]$/.test(value))) ? script : undefined
}

import type { DockerfileDocument } from '../../document.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { checkDownloads, readDownload } from '../facts/downloads.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { Step } from '../facts/stage-facts.ts'
import { isNearHost, readWebAddress } from '../facts/web-address.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** Variables that say where packages come from. */
const sourceVariables =
  /^(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|(?:NPM|YARN)_CONFIG_REGISTRY|YARN_NPM_REGISTRY_SERVER|GOPROXY)$/i

/** Downloads that anybody on the way can read and change. */
export const plainHttpDownload: Rule = {
  name: 'PlainHttpDownload',
  category: 'safety',
  severity: 'warning',
  summary: 'something is fetched without encryption',
  check(file, report) {
    const { document } = file
    for (const { step } of builtSteps(file)) {
      for (const place of [...addedPlaces(step), ...variablePlaces(step), ...fetchedPlaces(step)])
        report(problem(document, place))
      for (const range of sourceLists(step)) {
        report({
          severity: 'information',
          message: 'packages come over plain HTTP',
          range,
          cost: 'Their signatures are still checked, but everybody on the way sees what is fetched, and can hold updates back.',
          hint: 'Use https:// if the mirror has it.',
        })
      }
    }
  },
}

/** A word that holds an address. */
interface AddressPlace {
  readonly range: TextRange
  readonly what: string
}

function problem(document: DockerfileDocument, { range, what }: AddressPlace): FoundProblem {
  const written = document.text.slice(range.start, range.end)
  const at = written.indexOf('http://')
  const isOnlyOne = at !== -1 && !written.includes('http://', at + 1)
  const start = range.start + at
  const edit = isOnlyOne ? { range: { start, end: start + 'http'.length }, newText: 'https' } : undefined
  return {
    message: `${what} over plain HTTP`,
    range,
    cost: 'Everybody on the way can read it, and put something else in its place.',
    hint: 'Use https://, or compare the digest of what comes: sha256sum -c, ADD --checksum=sha256:….',
    ...fixOf('use https', 'unsafe', [edit]),
  }
}

function isPlain(text: string): boolean {
  const address = readWebAddress(text)
  return address?.scheme === 'http' && address.host !== undefined && !isNearHost(address.host)
}

function addedPlaces({ evaluated }: Step): readonly AddressPlace[] {
  const { instruction } = evaluated
  if (instruction.kind !== 'add' || evaluated.kind !== 'add' || evaluated.checksum !== undefined) return []
  return instruction.sources
    .filter((source, index) => isPlain(evaluated.sources[index] ?? source.value))
    .map(({ range }) => ({ range, what: 'ADD fetches a file' }))
}

function variablePlaces({ evaluated }: Step): readonly AddressPlace[] {
  const { instruction } = evaluated
  if (instruction.kind !== 'env' || evaluated.kind !== 'env') return []
  return instruction.pairs.flatMap(({ value }, index) => {
    const pair = evaluated.pairs[index]
    const isSource = pair !== undefined && sourceVariables.test(pair.name) && isPlain(pair.value.split(',', 1)[0] ?? '')
    return isSource ? [{ range: value.range, what: 'packages come' }] : []
  })
}

function fetchedPlaces(step: Step): readonly AddressPlace[] {
  const commands = runCommands(step)
  const areChecked = checkDownloads(commands)
  return commands.flatMap((command): readonly AddressPlace[] => {
    const { program } = command
    const download = readDownload(command)
    if (download !== undefined) {
      const plain = areChecked ? [] : download.addresses.filter(({ value }) => isPlain(value))
      return plain.map(({ range }) => ({ range, what: `${program} fetches a file` }))
    }
    return packageSources(command)
      .filter(({ value }) => isPlain(value.replace(/^--?[a-z-]+=/, '')))
      .map(({ range }) => ({ range, what: program === 'git' ? 'git fetches a repository' : 'packages come' }))
  })
}

/** The words of a command that say where packages, or a repository, come from. Not those of apt and apk, which check signatures. */
function packageSources(command: ShellCommand): readonly ShellWord[] {
  const { program, arguments: words } = command
  if (program === 'git') return words.slice(1).filter(() => words.some(({ value }) => value === 'clone'))
  if (/^(?:npm|yarn|pnpm|pip3?)$/.test(program) && words[0]?.value === 'config') return words.slice(2)
  if (program === 'gem' && words[0]?.value === 'sources') return words.slice(1)
  const manager = packageCommand(command)?.manager
  return manager !== undefined && ['pip', 'npm', 'yarn', 'pnpm', 'gem'].includes(manager) ? words : []
}

/** Lines of apt's sources that are written. */
function sourceLists(step: Step): readonly TextRange[] {
  const written = writtenTexts(step)
    .filter(({ file }) => file === undefined || /sources|apt/.test(file))
    .flatMap(({ text, at }) => {
      const found = /(?:^|\s)(?:deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(http:\/\/\S+)/.exec(text)
      const address = found?.[1]
      if (found === null || address === undefined || !isPlain(address)) return []
      return [at(found.index + found[0].length - address.length, found.index + found[0].length)]
    })
  const added = runCommands(step)
    .filter(({ program }) => program === 'add-apt-repository' || program === 'apt-add-repository')
    .flatMap(({ arguments: words }) => words.filter(({ value }) => /^deb\s(?:.*\s)?http:\/\/[^\s$]/.test(value)))
  return [...written, ...added.map(({ range }) => range)]
}

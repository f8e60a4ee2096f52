import type { DockerfileDocument } from '../../document.ts'
import { deleteInstruction } from '../../edit.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { clearsFolder } from '../facts/cleared-folders.ts'
import { contextPath } from '../facts/context-files.ts'
import { packageCommand, type PackageCommand } from '../facts/package-commands.ts'
import { isWithin, resolvePath } from '../facts/paths.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { Fix, FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `apt-get install` behind `COPY . .`: each change of the source installs the packages of the distribution anew. */
export const packagesAfterSource: Rule = {
  name: 'PackagesAfterSource',
  category: 'speed',
  severity: 'warning',
  summary: "a distribution's packages are installed after the source was copied, and so at each change of it",
  check(file, report) {
    for (const stage of file.stages) if (stage.isNeeded) for (const found of problemsOf(file, stage)) report(found)
  },
}

/** Managers of distributions; what those of languages install is often in the source. */
const ofSystem: ReadonlySet<PackageCommand['manager']> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])

/** Where files change what package managers do. */
const systemFolders = [
  ...[
    '/etc/apt',
    '/etc/apk',
    '/etc/yum',
    '/etc/yum.repos.d',
    '/etc/dnf',
    '/etc/zypp',
    '/etc/pacman.d',
    '/etc/pki',
    '/etc/ssl',
  ],
  ...['/usr/share/keyrings', '/usr/local/share/ca-certificates', '/var/lib/apt', '/var/cache', '/root'],
]

interface Copied {
  readonly step: Step
  /** Whether it comes from the build context, in this stage or in the one that it is copied from. */
  readonly isOfContext: boolean
}

function problemsOf(file: RuleInput, stage: StageFacts): readonly FoundProblem[] {
  const found: FoundProblem[] = []
  let copied: Copied | undefined
  let variables = new Set<string>()
  for (const step of stage.steps) {
    const { evaluated, isOwn } = step
    if (evaluated.kind === 'env') for (const { name } of evaluated.pairs) variables.add(name)
    if (evaluated.kind === 'arg') for (const { name } of evaluated.declarations) variables.add(name)
    if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
      if (isOfSystem(step)) copied = undefined
      else if (copied === undefined && isOwn) {
        copied = sourceCopy(file, step)
        variables = new Set()
      }
    }
    if (evaluated.kind !== 'run' || copied === undefined) continue
    // A step that does anything else may prepare the installation, with the files that were copied.
    if (!isOwn || !installsOnly(step)) return found
    if (isInstallation(step)) found.push(problem(file.document, copied, step, variables))
  }
  return found
}

/** Whether what is copied may be meant for the package manager: its lists, keys, certificates. */
function isOfSystem({ evaluated, workingDirectory }: Step): boolean {
  if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') return false
  const path = resolvePath(workingDirectory, evaluated.destination)
  return path === undefined || systemFolders.some((folder) => isWithin(path, folder) || isWithin(folder, path))
}

function sourceCopy({ stages }: RuleInput, step: Step): Copied | undefined {
  const { evaluated } = step
  if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') return undefined
  if (evaluated.fileSource === undefined) {
    return evaluated.sources.some((source) => contextPath(source) === '') ? { step, isOfContext: true } : undefined
  }
  const from = evaluated.fileSource.kind === 'stage' ? stages[evaluated.fileSource.index] : undefined
  return from === undefined ? undefined : { step, isOfContext: usesContext(from) }
}

function usesContext(stage: StageFacts): boolean {
  return stage.steps.some(
    ({ evaluated }) =>
      ((evaluated.kind === 'copy' || evaluated.kind === 'add') && evaluated.fileSource === undefined) ||
      (evaluated.kind === 'run' && evaluated.mounts.some(({ type, from }) => type === 'bind' && from === undefined)),
  )
}

/** Whether a RUN does nothing but install packages of the distribution by name, and clean up. */
function installsOnly(step: Step): boolean {
  const script = step.script()
  return script !== undefined && script.problems.length === 0 && script.commands.every((command) => isHarmless(command))
}

function isHarmless(command: ShellCommand): boolean {
  const { program, words, redirections } = command
  if (
    redirections.some(
      ({ target }) => target !== undefined && target.value !== '/dev/null' && !/^[12]$/.test(target.value),
    )
  )
    return false
  if (words.length === 0 || /^(?:set|true|:|echo|ldconfig|update-ca-certificates)$/.test(program)) return true
  if (program === 'rm')
    return (
      clearsFolder(command, '/var/lib/apt/lists') ||
      clearsFolder(command, '/var/cache/apk') ||
      clearsFolder(command, '/var/cache')
    )
  const asked = packageCommand(command)
  if (asked === undefined || !ofSystem.has(asked.manager)) return false
  return asked.packages.every(({ value, isLiteral }) => isLiteral && !/^[./@]|\//.test(value))
}

function isInstallation(step: Step): boolean {
  return (step.script()?.commands ?? []).some((command) => packageCommand(command)?.action === 'install')
}

function problem(
  document: DockerfileDocument,
  { step: copy, isOfContext }: Copied,
  step: Step,
  variables: ReadonlySet<string>,
): FoundProblem {
  const command = (step.script()?.commands ?? []).find((each) => packageCommand(each)?.action === 'install')
  const start = (command?.programWord ?? command ?? step.evaluated.instruction).range.start
  const end = command === undefined ? start : (packageCommand(command)?.actionWord.range.end ?? command.range.end)
  const fix = moveUp(document, copy, step, variables)
  return {
    message: `${command?.program ?? 'it'} installs packages again whenever what was copied before changes`,
    range: { start, end: Math.max(start, end) },
    ...(isOfContext ? {} : { severity: 'information' as const }),
    cost: 'Lists and packages are downloaded again at each change of the source, often for half a minute.',
    hint: 'Install packages before the source is copied: they do not depend on it.',
    related: [{ message: 'the source comes in here', range: copy.evaluated.instruction.range }],
    ...(fix === undefined ? {} : { fix }),
  }
}

/** Moves the RUN, with the comments above it, before the COPY. */
function moveUp(document: DockerfileDocument, copy: Step, step: Step, variables: ReadonlySet<string>): Fix | undefined {
  const { instruction } = step.evaluated
  const isSame = copy.user === step.user && copy.shell.join(' ') === step.shell.join(' ')
  const texts = [instruction.arguments.value, ...instruction.heredocs.map(({ content }) => content.value)]
  if (!isSame || [...variables].some((name) => texts.some((each) => each.includes(name)))) return undefined
  const removal = deleteInstruction(document, instruction, { withComments: true })
  const moved = document.text.slice(removal.range.start, removal.range.end)
  // At the end of a file without a line end, what is taken begins with the one before.
  const lines = /^\r?\n/.test(moved) ? `${moved.replace(/^\r?\n/, '')}${document.newline}` : moved
  const { start } = deleteInstruction(document, copy.evaluated.instruction, { withComments: true }).range
  return {
    title: 'install before the source is copied',
    isSafe: false,
    edits: [{ range: { start, end: start }, newText: lines }, removal],
  }
}

import { posix } from 'node:path'
import { nearest } from '../../../std/nearest.ts'
import type { BuildContext } from '../../build-context.ts'
import type { EvaluatedCopy, EvaluatedRun } from '../../evaluated.ts'
import type { Flag } from '../../instruction-parts.ts'
import { quote } from '../../reading/report.ts'
import { optionRange } from '../../reading/read-mount.ts'
import type { TextRange } from '../../text-range.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { contextPath, ignoreMatcher } from '../facts/context-files.ts'
import { findSource, isMadeBefore, namesInFolder, type ContextSource } from '../facts/context-sources.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import type { FoundProblem, ReportFinding, Rule, RuleInput } from '../rule.ts'

/** COPY, ADD or a mount of something that the build context does not have. */
export const copySourceMissing: Rule = {
  name: 'CopySourceMissing',
  category: 'mistake',
  severity: 'error',
  summary: 'a file or folder is copied that is not in the build context',
  check(file, report) {
    const found: FoundProblem[] = []
    let isAnyThere = false
    const collect: Collect = {
      report: (problem) => void found.push(problem),
      there: () => {
        isAnyThere = true
      },
    }
    for (const { step, stage } of builtSteps(file)) {
      const { evaluated } = step
      if (stage.base.isWindows) continue
      if (evaluated.kind === 'run') checkMounts(file, evaluated, collect)
      if ((evaluated.kind !== 'copy' && evaluated.kind !== 'add') || evaluated.fileSource !== undefined) continue
      checkSources(file, evaluated, collect)
    }
    const isSure = file.context === undefined || isAnyThere || found.some(({ fix }) => fix !== undefined)
    for (const problem of isSure ? found : found.slice(0, 1)) report(isSure ? problem : ofOtherContext(problem))
  },
}

/** Takes what is found, and that something is there. */
interface Collect {
  readonly report: ReportFinding
  readonly there: () => void
}

/** Where nothing that a file copies is there, its build context is most likely another folder than the one that was looked at. */
function ofOtherContext(problem: FoundProblem): FoundProblem {
  return {
    ...problem,
    severity: 'information',
    hint: 'Nothing that this file copies is in the build context that was looked at: is it meant to be built in another folder?',
  }
}

/** The context itself is always there. */
function isThere(found: ContextSource | undefined, source: string | undefined): boolean {
  return (
    found !== undefined &&
    ['file', 'directory', 'several', 'ignored'].includes(found.kind) &&
    contextPath(source ?? '') !== ''
  )
}

/** A source and where it stands. */
interface WrittenSource {
  readonly source: string
  readonly range: TextRange
}

function checkSources(file: RuleInput, copy: EvaluatedCopy, { report, there }: Collect): void {
  const { instruction } = copy
  const hasUnknown = copy.variables.some(({ isSet, operator }) => !isSet && !operator.startsWith(':'))
  // The reader speaks of flags; what they took may stand among the sources.
  if (hasUnknown || instruction.flags.some((flag) => isBroken(flag))) return
  const written = copy.sources.map((source, index) => ({
    source,
    range: instruction.sources[index]?.range ?? instruction.range,
  }))
  const local = written.filter(({ source }) => !isRemoteSource(source) && !/^(?:github\.com|~)\//.test(source))
  const kinds = local.map(({ source }) => (file.context === undefined ? undefined : findSource(file.context, source)))
  if (kinds.some((kind, index) => isThere(kind, local[index]?.source))) there()
  for (const [index, each] of local.entries()) {
    const found = problemOf(file, each, kinds[index])
    if (found !== undefined) report(found)
  }
  const isNothing = kinds.length > 0 && kinds.every((kind) => kind?.kind === 'nothing')
  const [first] = local
  if (!isNothing || first === undefined || local.length < copy.sources.length + copy.inlineFiles.length) return
  report({
    message: `nothing in the build context matches ${quote(first.source)}`,
    range: { start: first.range.start, end: local.at(-1)?.range.end ?? first.range.end },
    severity: file.context !== undefined && isMadeBefore(file.context, first.source) ? 'information' : 'warning',
    cost: 'BuildKit copies nothing then, and says nothing; other builders fail.',
    hint: 'Name a file that is there beside the pattern, or write the pattern anew.',
  })
}

const switches: ReadonlySet<string> = new Set(['link', 'parents', 'keep-git-dir', 'unpack'])
const withValue: ReadonlySet<string> = new Set(['from', 'chown', 'chmod', 'exclude', 'checksum'])

function isBroken({ name, value }: Flag): boolean {
  return !switches.has(name.value) && (!withValue.has(name.value) || value === undefined)
}

function checkMounts(file: RuleInput, run: EvaluatedRun, { report, there }: Collect): void {
  for (const mount of run.mounts) {
    const { source } = mount
    if (mount.type !== 'bind' || mount.from !== undefined || source === undefined || source.includes('$')) continue
    const found = file.context === undefined ? undefined : findSource(file.context, source)
    if (isThere(found, source)) there()
    // A mount knows no patterns.
    if (found?.kind === 'nothing' || found?.kind === 'several') continue
    const problem = problemOf(file, { source, range: optionRange(mount, 'source') }, found)
    if (problem !== undefined) report(problem)
  }
}

function problemOf(
  { document, context }: RuleInput,
  written: WrittenSource,
  found: ContextSource | undefined,
): FoundProblem | undefined {
  const { source, range } = written
  const leadsOut = /^\.\.(?:\/|$)/.test(posix.normalize(source))
  if (leadsOut && (found === undefined || found.kind === 'missing')) {
    return {
      message: `${quote(source)} leads out of the build context`,
      range,
      ...(found === undefined ? { severity: 'warning' } : {}),
      cost: 'A build sees nothing but its context: the .. is left out of the path.',
      hint: 'Build in the folder above (docker build -f folder/Dockerfile ..), or name another context with --build-context.',
    }
  }
  if (context === undefined || found === undefined) return undefined
  if (found.kind === 'ignored') return ofIgnored(context, written)
  if (found.kind !== 'missing' || found.missing === undefined || isIgnored(context, source)) return undefined
  const { folder, name } = found.missing
  const names = namesInFolder(context, folder)
  const near = names.find((each) => each.toLowerCase() === name.toLowerCase()) ?? nearest(name, names)
  // A file that is made is often called like the one that it is made of.
  const isMade = isMadeBefore(context, source) && (near === undefined || posix.extname(near) !== posix.extname(name))
  const meant = isMade ? undefined : near
  const text = document.text.slice(range.start, range.end)
  const at = meant === undefined ? -1 : text.lastIndexOf(name)
  const place = { start: range.start + at, end: range.start + at + name.length }
  return {
    message: `${quote(source)} is not in the build context`,
    range,
    ...(isMade ? { severity: 'information' } : {}),
    cost: 'The builder does not find it, and the build fails.',
    hint:
      meant !== undefined
        ? `Did you mean ${posix.join(folder, meant)}?`
        : isMade
          ? 'Make it before the build, or make it in a stage.'
          : folder === ''
            ? 'Paths are those of the build context, not of the machine.'
            : `The folder ${folder} is there, and has nothing of this name.`,
    ...(meant === undefined || at === -1 || text.split(name).length !== 2
      ? {}
      : fixOf(`write ${meant}`, 'unsafe', [{ range: place, newText: meant }])),
  }
}

/** BuildKit's check CopyIgnoredFile speaks of it, unless the ignore file has exceptions. */
function ofIgnored(context: BuildContext, { source, range }: WrittenSource): FoundProblem | undefined {
  const { ignoreFile } = context
  if (ignoreFile === undefined || !/^\s*!/m.test(ignoreFile.text)) return undefined
  return {
    message: `${ignoreFile.name} leaves out ${quote(source)}`,
    range,
    cost: 'The builder does not find it, and the build fails.',
    hint: `Write a line with !${contextPath(source)} at the end of ${ignoreFile.name}.`,
  }
}

/** Whether another rule speaks of it, although it is not there. */
function isIgnored(context: BuildContext, source: string): boolean {
  const { ignoreFile } = context
  if (ignoreFile === undefined || /^\s*!/m.test(ignoreFile.text)) return false
  return ignoreMatcher(context).isMatched(contextPath(source))
}

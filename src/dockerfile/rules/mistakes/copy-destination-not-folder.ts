import { posix } from 'node:path'
import type { BuildContext } from '../../build-context.ts'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { quote } from '../../reading/report.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import { runCommands } from '../facts/built-steps.ts'
import { findSource, hasWildcard } from '../facts/context-sources.ts'
import { isWithin, resolvePath } from '../facts/paths.ts'
import { mayBaseHave } from '../facts/possible-files.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `COPY a b /app`, where `/app` is not there: BuildKit writes both to a file of that name. */
export const copyDestinationNotFolder: Rule = {
  name: 'CopyDestinationNotFolder',
  category: 'mistake',
  severity: 'warning',
  summary: 'several files are copied to a path that is no folder',
  check(file, report) {
    const ends = new Map<StageFacts, FolderFacts>()
    for (const stage of file.stages) {
      const before = stage.parent && ends.get(stage.parent)
      const known: FolderFacts = { before, paths: new Set(), names: new Set(), isOpen: false }
      ends.set(stage, known)
      for (const step of stage.steps) {
        const { evaluated } = step
        if (stage.isNeeded && step.isOwn && (evaluated.kind === 'copy' || evaluated.kind === 'add')) {
          const found = problemOf(file, stage, step, evaluated, known)
          if (found !== undefined) report(found)
        }
        addStep(known, step)
      }
    }
  },
}

/** What the steps of a stage say of folders. */
interface FolderFacts {
  /** Of the stage below. */
  readonly before: FolderFacts | undefined
  readonly paths: Set<string>
  /** Parts of all words of scripts: a script that names a folder may make it. */
  readonly names: Set<string>
  /** Whether anything may be there. */
  isOpen: boolean
}

function addStep(facts: FolderFacts, step: Step): void {
  const { evaluated, workingDirectory } = step
  if (evaluated.kind === 'workdir') addPath(facts, resolvePath(workingDirectory, evaluated.value))
  if (evaluated.kind === 'copy' || evaluated.kind === 'add')
    addPath(facts, resolvePath(workingDirectory, evaluated.destination))
  if (evaluated.kind === 'volume')
    for (const path of evaluated.paths) addPath(facts, resolvePath(workingDirectory, path))
  if (evaluated.kind !== 'run') return
  const words = runCommands(step).flatMap((command) => command.words)
  if (step.script() === undefined || words.some(({ value }) => value.includes('$'))) facts.isOpen = true
  for (const { value } of words) for (const part of value.split(/[/=:,{}]/)) facts.names.add(part)
}

/** The folders around it are there as well. */
function addPath(facts: FolderFacts, path: string | undefined): void {
  if (path === undefined) facts.isOpen = true
  for (let at = path?.replace(/(?<=.)\/$/, '') ?? '/'; at !== '/'; at = posix.dirname(at)) facts.paths.add(at)
}

/** Stages that begin with one another, so many deep, are followed. */
const depthMax = 20

/** Whether a folder may be there, or something was copied to it, or around it. */
function mayHave(facts: FolderFacts, path: string): boolean {
  let depth = 0
  for (let at: FolderFacts | undefined = facts; at !== undefined; at = at.before) {
    depth += 1
    if (depth > depthMax) return true
    if (at.isOpen || at.names.has(posix.basename(path))) return true
    for (let around = path; around !== '/'; around = posix.dirname(around)) if (at.paths.has(around)) return true
  }
  return false
}

function problemOf(
  { document, context }: RuleInput,
  stage: StageFacts,
  step: Step,
  copy: EvaluatedCopy,
  known: FolderFacts,
): FoundProblem | undefined {
  const { instruction, destination } = copy
  const isFolder = /(?:^|\/)\.{0,2}$/.test(destination) || destination.includes('$')
  if (isFolder || stage.base.isWindows || (instruction.kind === 'copy' && instruction.parents)) return undefined
  const sources = [...copy.sources, ...copy.inlineFiles.map(({ name }) => name)]
  if (sources.length < 2 || copy.sources.some((source) => mayBeFolder(copy, source, context))) return undefined
  const path = resolvePath(step.workingDirectory, destination)
  if (path === undefined || mayBaseHave(stage, path) || mayHave(known, path)) return undefined
  if (step.workingDirectory !== undefined && isWithin(step.workingDirectory, path)) return undefined
  const last = sources.at(-1) ?? ''
  return {
    message: `nothing makes ${quote(destination)} a folder, and ${sources.length} files go there`,
    range: instruction.destination.range,
    cost: `BuildKit makes a file of this name, and each source takes the place of the one before: in the end it is ${quote(last)}. Other builders fail.`,
    hint: `Write ${destination}/ with a slash at the end.`,
    ...fixOf('end it with a slash', 'unsafe', [
      replaceText(document, instruction.destination, `${instruction.destination.value}/`),
    ]),
  }
}

/** A folder among the sources would make a folder of the destination. */
function mayBeFolder(copy: EvaluatedCopy, source: string, context: BuildContext | undefined): boolean {
  if (hasWildcard(source) || source.includes('$') || source.endsWith('/') || /(?:^|\/)\.{1,2}$/.test(source))
    return true
  if (copy.fileSource === undefined && context !== undefined) {
    const { kind } = findSource(context, source)
    if (kind === 'file') return false
    if (kind === 'directory' || kind === 'unknown') return true
  }
  return (
    !/\.[A-Za-z][A-Za-z0-9]*$/.test(source) && !/(?:^|\/)(?:Gemfile|Makefile|Pipfile|Procfile|Rakefile)$/.test(source)
  )
}

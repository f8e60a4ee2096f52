import { posix } from 'node:path'
import type { EvaluatedMount } from '../../evaluated.ts'
import { quote } from '../../reading/report.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { commandFolders } from '../facts/command-folders.ts'
import { containerCommand } from '../facts/container-command.ts'
import { neededFiles, type NeededFiles } from '../facts/needed-files.ts'
import { isWithin, resolvePath } from '../facts/paths.ts'
import { mayBaseHave, mayMake, mayPutFile } from '../facts/possible-files.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import type { ReportFinding, Rule, RuleInput } from '../rule.ts'

/** `RUN npm ci` before anything is copied, `CMD ["npm", "start"]` where no `package.json` is. */
export const neededFileMissing: Rule = {
  name: 'NeededFileMissing',
  category: 'mistake',
  severity: 'error',
  summary: 'a command needs a file that no instruction before it has brought',
  check(file, report) {
    const { entrypoint, cmd } = containerCommand(file)
    const main = entrypoint ?? cmd
    const places: PlaceFinder = placeFinder(file)
    for (const stage of file.stages) {
      if (!stage.isNeeded || stage.base.isWindows) continue
      for (const [index, step] of stage.steps.entries()) {
        const { instruction, kind } = step.evaluated
        const isMain = stage.isTarget && instruction === main
        if (step.isOwn && (kind === 'run' || isMain))
          checkStep(places, stage, step, isMain ? stage.steps.length : index, report)
      }
    }
  },
}

/** The first step of a stage and those below it that may bring a file, as the number of steps before it; -1 for the base. */
type PlaceFinder = (stage: StageFacts, path: string) => number | undefined

/** Looking for a file goes through all steps, so that only so many are looked for. */
const searchesMax = 60

function placeFinder({ context }: RuleInput): PlaceFinder {
  const known = new Map<string, number | undefined>()
  const lineages = new Map<StageFacts, readonly Step[]>()
  return (stage, path) => {
    if (mayBaseHave(stage, path)) return -1
    const key = `${stage.evaluated.stage.index} ${path}`
    if (known.has(key)) return known.get(key)
    if (known.size === searchesMax) return -1
    const steps = lineages.get(stage) ?? lineageSteps(stage)
    lineages.set(stage, steps)
    const found = steps.findIndex((step) => mayPutFile(step, path, context))
    // Counted from the stage's own first step: what is below was there before.
    const own = found === -1 ? undefined : Math.max(-1, found - (steps.length - stage.steps.length))
    known.set(key, own)
    return own
  }
}

/** In longer scripts nobody follows what was made. */
const commandsMax = 30

function checkStep(places: PlaceFinder, stage: StageFacts, step: Step, position: number, report: ReportFinding): void {
  const commands = step.script()?.commands ?? []
  const needed = commands.map((command) => (command.isConditional ? undefined : neededFiles(command)))
  if (needed.every((each) => each === undefined)) return
  const folders = commandFolders(commands, step.workingDirectory)
  const mounts = step.evaluated.kind === 'run' ? step.evaluated.mounts : []
  const workingDirectory = step.evaluated.kind === 'run' ? undefined : stage.end.workingDirectory
  for (const [index, command] of commands.entries()) {
    const folder = workingDirectory === undefined ? folders[index] : resolvePath(workingDirectory, '.')
    const files = needed[index]
    if (files === undefined || folder === undefined || !folder.startsWith('/')) continue
    // Files of a project lie in no folder of the system, although a program would look there.
    const paths = pathsOf(files, folder).filter(
      (path, at) => at === 0 || posix.dirname(path) === folder || !mayBaseHave(stage, path),
    )
    const before = commands.slice(Math.max(0, index - commandsMax), index)
    const isThere = paths.some(
      (path) =>
        isMounted(mounts, path, folder) ||
        isBefore(places(stage, path), position) ||
        index > commandsMax ||
        before.some((each) => mayMake(each, path)),
    )
    if (isThere || (step.evaluated.kind !== 'run' && !hasCopies(stage))) continue
    const [name = ''] = files.names
    report({
      message: `${commandName(command)} needs ${quote(posix.basename(name))}, and nothing has brought it to ${posix.dirname(resolvePath(folder, name) ?? folder)}`,
      range: command.range,
      cost: 'The command does not find it, and fails.',
      hint: hintFor(files),
    })
  }
}

function commandName({ program, arguments: words }: ShellCommand): string {
  const [first] = words
  return first !== undefined && /^[a-z][a-z-]*$/.test(first.value) ? `${program} ${first.value}` : program
}

/** In the folder, and in those above it where the program looks there as well. */
function pathsOf({ names, searchesUp }: NeededFiles, folder: string): readonly string[] {
  const found: string[] = []
  for (const name of names) {
    for (let at = folder; ; at = posix.dirname(at)) {
      const path = resolvePath(at, name)
      if (path !== undefined) found.push(path)
      if (!searchesUp || at === '/') break
    }
  }
  return found
}

/** A mount brings a file, a folder around it, or the folder that the command works in. */
function isMounted(mounts: readonly EvaluatedMount[], path: string, folder: string): boolean {
  return mounts.some(({ type, target }) => {
    if (type === 'tmpfs') return false
    const at = target === undefined ? undefined : resolvePath(folder, target)
    return at === undefined || isWithin(path, at.replace(/(?<=.)\/$/, ''))
  })
}

function isBefore(place: number | undefined, position: number): boolean {
  return place !== undefined && place < position
}

/** An image without any files of a project gets them from a mount. */
function hasCopies(stage: StageFacts): boolean {
  return lineageSteps(stage).some(({ evaluated }) => evaluated.kind === 'copy' || evaluated.kind === 'add')
}

function hintFor({ names }: NeededFiles): string {
  const all = names.map((name) => posix.basename(name)).join(' or ')
  return `COPY ${all} before it.`
}

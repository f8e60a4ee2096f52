import { commandFolders, resolveWord } from '../facts/command-folders.ts'
import { buildCommand, type BuildTool } from '../facts/build-commands.ts'
import { dependencyCommand } from '../facts/dependency-commands.ts'
import { findOption } from '../facts/command-options.ts'
import { isWithin, resolvePath } from '../facts/paths.ts'
import { shippedSteps } from '../facts/shipped-steps.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import type { Rule } from '../rule.ts'

/** `COPY --from=build /app /app` of the folder that has the source as well. */
export const buildFolderCopied: Rule = {
  name: 'BuildFolderCopied',
  category: 'size',
  severity: 'warning',
  summary: 'the whole folder of a build is copied into the image, with the source',
  check(file, report) {
    const workshops = new Map<StageFacts, Workshop | undefined>()
    for (const { evaluated, isOwn } of shippedSteps(file)) {
      const isCopy = evaluated.kind === 'copy' || evaluated.kind === 'add'
      if (!isCopy || !isOwn || evaluated.fileSource?.kind !== 'stage') continue
      const stage = file.stages[evaluated.fileSource.index]
      if (stage === undefined) continue
      if (!workshops.has(stage)) workshops.set(stage, workshopOf(stage))
      const workshop = workshops.get(stage)
      if (workshop === undefined) continue
      for (const [index, source] of evaluated.sources.entries()) {
        const path = resolvePath('/', source)?.replace(/(?<=.)\/$/, '')
        const range = evaluated.instruction.sources[index]?.range
        // `COPY --from=build / /` is meant to take everything.
        if (path === undefined || path === '/' || range === undefined || evaluated.instruction.excludes.length > 0)
          continue
        if (!isWithin(workshop.folder, path)) continue
        report({
          message: `${source.length > 60 ? `${source.slice(0, 60)}…` : source} is the whole folder that is built in`,
          range,
          cost: costs[workshop.tool],
          hint:
            workshop.tool === 'node'
              ? 'Copy the output, and node_modules after npm prune --omit=dev, each by its path.'
              : 'Copy what was built, and what it reads when it runs, each by its path.',
          related: [{ message: 'built here', range: workshop.range }],
        })
      }
    }
  },
}

const source = 'The source, and all that was made on the way, comes along.'

const costs: Readonly<Record<BuildTool, string>> = {
  go: source,
  rust: 'The folder target comes along, with every dependency as it was compiled: often gigabytes.',
  java: source,
  scala: source,
  dotnet: source,
  c: source,
  node: 'The source comes along, and all packages that only the build needs.',
  elixir: source,
  haskell: source,
  swift: source,
}

/** A folder with the source of a program, which is built there. */
interface Workshop {
  readonly folder: string
  readonly tool: BuildTool
  /** The command that builds. */
  readonly range: TextRange
}

/** Stages that begin with each other are followed so far. */
const chainMax = 10

/** Where a stage builds what. Undefined where it builds nothing, where the source is run as it is, and where it was cleaned up. */
function workshopOf(stage: StageFacts): Workshop | undefined {
  const steps = stepsOf(stage)
  const sources = steps.flatMap(({ evaluated, workingDirectory }) => {
    if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') return []
    const isWhole = evaluated.fileSource !== undefined || evaluated.sources.some((each) => /^(?:\.?\/?|\*)$/.test(each))
    return (isWhole ? resolveWord(workingDirectory, evaluated.destination) : undefined) ?? []
  })
  let found: Workshop | undefined
  for (const step of steps) {
    if (step.evaluated.kind !== 'run') continue
    const commands = step.script()?.commands ?? []
    const folders = commandFolders(commands, step.workingDirectory)
    for (const [at, command] of commands.entries()) {
      if (isInterpreted(command) || (found?.tool === 'node' && prunes(command))) return undefined
      const built = buildCommand(command)
      const place = folders[at]
      const folder = place === undefined ? undefined : sources.find((each) => isWithin(place, each))
      if (built !== undefined && folder !== undefined) found ??= { folder, tool: built.tool, range: built.range }
    }
  }
  return found
}

function stepsOf(stage: StageFacts): readonly Step[] {
  const chain: StageFacts[] = []
  for (let at: StageFacts | undefined = stage; at !== undefined && chain.length < chainMax; at = at.parent)
    chain.push(at)
  return chain.toReversed().flatMap(({ steps }) => steps)
}

/** Tools of languages whose source is what runs, beside a build of their web pages, say. */
function isInterpreted(command: ShellCommand): boolean {
  const asked = dependencyCommand(command)
  return asked !== undefined && ['pip', 'uv', 'poetry', 'pipenv', 'composer', 'bundler', 'conda'].includes(asked.tool)
}

/** What takes away the packages that only a build of Node.js needs, or what was installed for it. */
function prunes(command: ShellCommand): boolean {
  const [first = ''] = command.arguments.map(({ value }) => value)
  if (/^(?:npm|pnpm|yarn|bun)$/.test(command.program) && /^(?:prune|workspaces|deploy)$/.test(first)) return true
  const asked = dependencyCommand(command)
  if (asked !== undefined) return findOption(asked, '--omit', '--production', '--prod', '-P', '--only') !== undefined
  return command.program === 'rm' && command.arguments.some(({ value }) => value.includes('node_modules'))
}

import type { ShellCommand } from '../../shell-command.ts'
import type { RuleInput } from '../rule.ts'
import type { DependencyTool } from './dependency-commands.ts'
import { shippedSteps } from './shipped-steps.ts'
import type { Step } from './stage-facts.ts'

/**
 * Tools that files in the image tell where to keep what they download, or that may be of another version for it: Yarn 2 and later
 * have `.yarnrc.yml` and a folder `.yarn`.
 *
 * @param steps Those that put files into the image; by default those of the image that is built.
 */
export function toolsConfiguredByFiles(
  file: RuleInput,
  steps: readonly Step[] = shippedSteps(file),
): readonly DependencyTool[] {
  const tools = steps.flatMap(({ evaluated }): readonly DependencyTool[] => {
    if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') return []
    const paths = [...evaluated.sources, evaluated.destination]
    return [
      ...(paths.some((path) => /(?:^|\/)\.?pip(?:\/pip)?\.conf$/.test(path)) ? (['pip'] as const) : []),
      ...(paths.some((path) => /(?:^|\/)\.yarn(?:rc\.yml|\/|$)/.test(path)) ? (['yarn'] as const) : []),
    ]
  })
  const isYarn2 = file.context?.list('')?.some(({ name }) => name === '.yarnrc.yml') === true
  return isYarn2 ? [...tools, 'yarn'] : tools
}

/** Tools that a command tells where to keep what they download, or whose version it changes. */
export function toolsConfiguredBy({ program, arguments: words }: ShellCommand): readonly DependencyTool[] {
  if (program === 'corepack') return ['yarn']
  const values = words.map(({ value }) => value)
  const isConfig = values[0] === 'config' && values.some((value) => /cache|pkgs_dirs/i.test(value))
  if (program === 'yarn') return isConfig || values.includes('--immutable') || values[0] === 'set' ? ['yarn'] : []
  if (!isConfig) return []
  if (/^pip[0-9.]*$/.test(program)) return ['pip']
  if (program === 'npm' || program === 'composer' || program === 'poetry') return [program]
  return /^(?:conda|mamba|micromamba)$/.test(program) ? ['conda'] : []
}

/** The variables that a script gives values to, for all of its commands. */
export function assignedNames(commands: readonly ShellCommand[]): ReadonlySet<string> {
  return new Set(
    commands.flatMap(({ program, words, assignments, arguments: values }) => {
      if (words.length === 0) return assignments.map(({ name }) => name)
      return program === 'export' ? values.map(({ value }) => value.split('=', 1)[0] ?? '') : []
    }),
  )
}

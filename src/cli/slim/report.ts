import packageJson from '../../../package.json' with { type: 'json' }
import type { BudgetBreak } from '../../compare/budget.ts'
import { cardJson, type Card } from '../../compare/card.ts'
import { cardText } from '../../compare/card-text.ts'
import { hostMachine } from '../../compare/host-machine.ts'
import { simulationText } from '../../compare/machine.ts'
import type { SlimProof } from '../../slim/proof.ts'
import { restraintText } from '../../slim/restraint-text.ts'
import type { SlimResult } from '../../slim/slim.ts'
import { plural } from '../../std/plural.ts'
import { printable } from '../../std/printable.ts'
import { truncate, wrap } from '../../std/text-width.ts'
import { budgetText } from '../budget.ts'
import type { CommandContext } from '../context.ts'
import { formatJson } from '../format/json.ts'
import type { Measured } from '../measure/measure-on.ts'
import type { SlimOptions } from './options.ts'
import type { SlimSource } from '../../toolchain/slim-source.ts'

/** What came of a slimming, for people or programs. */
export interface SlimReport {
  readonly result: SlimResult
  readonly proof: SlimProof
  readonly measured: Measured
  /** Undefined without a budget. */
  readonly breaks: readonly BudgetBreak[] | undefined
  readonly source: SlimSource
  readonly outputPath: string
}

const shownDifferences = 10

/** The card of a slimming. */
export function cardOf({ proof, measured, breaks, source, outputPath }: SlimReport, { tag }: SlimOptions): Card {
  const { measures, machine } = measured
  return {
    before: { name: source.title, digest: proof.before.manifest },
    after: { name: tag[0] ?? outputPath, digest: proof.after.manifest },
    ...{ measures, breaks, machine, host: hostMachine() },
  }
}

/** The card, how it was proved, and what to know of the slim image. */
export function slimReport(report: SlimReport, options: SlimOptions, { style, output }: CommandContext): string {
  const { result, proof, measured, breaks, outputPath } = report
  const { measures, machine } = measured
  if (options.format === 'json') {
    const card = cardJson(cardOf(report, options), packageJson.version)
    return formatJson({ isProved: proof.isProved, dockerfile: outputPath, proof, card })
  }
  const columns = output.columns ?? 80
  return [
    cardText(measures, style, columns),
    ...(breaks === undefined ? [] : ['\n', budgetText(breaks, style)]),
    '\n',
    ...(machine === undefined ? [] : [...wrap(simulationText(machine), columns), ''].map((line) => `${line}\n`)),
    ...verdictLines(result, proof, outputPath).map((line) => `${line}\n`),
  ].join('')
}

function verdictLines(result: SlimResult, { isProved }: SlimProof, outputPath: string): readonly string[] {
  const { restraint, repairs, writablePaths, differences, reason, beforeRecords, improvements } = result
  const asked = beforeRecords[0]?.asked.length ?? 0
  const where =
    outputPath === '-'
      ? []
      : [`${isProved ? 'The Dockerfile that makes it' : 'The unproved Dockerfile'}: ${printable(outputPath)}`]
  if (!isProved) {
    return [
      `Not proved: ${printable(reason)}.`,
      ...endFirst(differences).slice(0, shownDifferences).map(differenceLine),
      ...(differences.length > shownDifferences ? [`  and ${differences.length - shownDifferences} more`] : []),
      ...where,
    ]
  }
  return [
    `Proved: ${plural(asked, 'answer')} the same, ${restraintText(restraint)}.`,
    ...refusedLines(result),
    ...improvements.map(({ title }) => `Build: ${title}.`),
    ...(repairs.length === 0 ? [] : [`${plural(repairs.length, 'repair')}: ${repairedPaths(result)}`]),
    ...(writablePaths.length === 0
      ? []
      : [`It writes to ${listed(writablePaths)}: mount a volume there to keep that.`]),
    ...fixedLines(result),
    ...where,
  ]
}

/** Who sets a variable when a container is started is not to wonder. */
function fixedLines({ dockerfile: { fixedVariables } }: SlimResult): readonly string[] {
  const [first] = fixedVariables
  if (first === undefined) return []
  const names = fixedVariables.map((name) => `$${name}`).join(', ')
  return [
    `Its command has the value of ${names} written out: --env ${first}=… changes the argument no more.`,
    '  If the program reads the variable itself, leave that argument out of the CMD of your Dockerfile.',
  ]
}

/** Why it has more rights than none. */
function refusedLines({ refused: [strictest] }: SlimResult): readonly string[] {
  const [first] = endFirst(strictest?.differences ?? [])
  if (strictest === undefined || first === undefined) return []
  return [`It needs more rights: ${restraintText(strictest.restraint)},`, differenceLine(first)]
}

function repairedPaths({ repairs }: SlimResult): string {
  return listed(repairs.flatMap(({ paths }) => paths))
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 4).map(printable).join(', ')
  return paths.length > 4 ? `${shown} and ${paths.length - 4} more` : shown
}

/** That it ended, and what it said then, tells more than what it did not answer. */
function endFirst(differences: SlimResult['differences']): SlimResult['differences'] {
  return differences.toSorted((one, other) => Number(other.what === 'end') - Number(one.what === 'end'))
}

function differenceLine({ title, what, before, after }: SlimResult['differences'][number]): string {
  const short = (text: string, columns = 60): string => truncate(printable(text.replaceAll(/\s+/g, ' ')), columns)
  if (what === 'end') return `  it ended: ${short(after, 140)}`
  return `  ${printable(title)}, ${what}: ${short(before)} became ${short(after)}`
}

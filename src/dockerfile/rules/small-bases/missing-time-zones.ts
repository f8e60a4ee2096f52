import type { EvaluatedPairs } from '../../evaluated.ts'
import { insertLinesBefore } from '../../edit.ts'
import { quote } from '../../reading/report.ts'
import { embeds } from '../facts/go-sources.ts'
import { runCommands } from '../facts/built-steps.ts'
import { mayBringFiles, timeZoneFiles } from '../facts/provided-files.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import { isRoot } from '../facts/users.ts'
import type { Fix, Rule, RuleInput } from '../rule.ts'

/** Programs that have the time zones in themselves. */
const withZones = ['node', 'deno', 'bun', 'java', 'php']

/** TZ names a time zone that the image does not know. */
export const missingTimeZones: Rule = {
  name: 'MissingTimeZones',
  category: 'small-base',
  severity: 'warning',
  summary: 'TZ names a time zone, and the image has no time zones',
  check(file, report) {
    const { target, context, stages } = file
    if (target?.base.hasTimeZones !== false || withZones.some((name) => target.base.hasProgram(name) === true)) return
    const steps = lineageSteps(target)
    const setting = steps.findLast(({ evaluated }) => zoneOf(evaluated) !== undefined)
    if (setting?.evaluated.kind !== 'env' || !setting.isOwn) return
    const zone = zoneOf(setting.evaluated)
    if (zone === undefined || !isPlace(zone.value) || steps.some((step) => mayBringFiles(step, timeZoneFiles))) return
    if (embeds(context, 'time zones') === true || stages.some((stage) => stage.isNeeded && buildsZonesIn(stage))) return
    const fix = installation(file, target, setting)
    report({
      message: `TZ asks for ${quote(zone.value)}, and the image has no time zones`,
      range: zone.range,
      cost: 'Programs take UTC instead, and say nothing.',
      hint:
        target.base.packageManager === 'none'
          ? 'Copy /usr/share/zoneinfo from a stage that has it, or build the time zones into the program.'
          : 'Install tzdata in this stage.',
      ...(fix === undefined ? {} : { fix }),
    })
  },
}

function zoneOf(
  evaluated: Step['evaluated'],
): { readonly value: string; readonly range: EvaluatedPairs['instruction']['range'] } | undefined {
  if (evaluated.kind !== 'env') return undefined
  const at = evaluated.pairs.findLastIndex(({ name }) => name === 'TZ')
  const pair = evaluated.pairs[at]
  if (pair === undefined) return undefined
  const written = evaluated.instruction.pairs.findLast(({ name }) => name.value === 'TZ')
  return { value: pair.value, range: written?.range ?? evaluated.instruction.range }
}

/** `Europe/Paris`, and not `UTC`, `Etc/UTC` or a rule such as `CET-1CEST`. */
function isPlace(zone: string): boolean {
  return /^:?[A-Z][A-Za-z_]+\/[A-Za-z_/-]+$/.test(zone) && !/^:?Etc\/(?:UTC|GMT|UCT|Universal|Zulu)$/.test(zone)
}

/** `go build -tags timetzdata` */
function buildsZonesIn(stage: StageFacts): boolean {
  return stage.steps.some((step) =>
    runCommands(step).some(
      ({ program, words }) => program === 'go' && words.some(({ value }) => value.includes('timetzdata')),
    ),
  )
}

function installation({ document }: RuleInput, { base }: StageFacts, setting: Step): Fix | undefined {
  const { instruction } = setting.evaluated
  if (base.packageManager !== 'apk' || isRoot(setting.user) !== true) return undefined
  const keyword = instruction.keyword.value === instruction.keyword.value.toLowerCase() ? 'run' : 'RUN'
  return {
    title: 'install tzdata',
    isSafe: false,
    edits: [
      insertLinesBefore(document, instruction, [`${keyword} apk add --no-cache tzdata`], { aboveComments: true }),
    ],
  }
}

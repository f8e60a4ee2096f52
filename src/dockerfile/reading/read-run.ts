import { expand } from '../expand.ts'
import type { Device, InvalidInstruction, RunInstruction } from '../instruction.ts'
import type { Flag, InstructionParts } from '../instruction-parts.ts'
import { sliceSource, type SourceString } from '../source-string.ts'
import { parseBoolean } from './characters.ts'
import { splitAtCommas } from './comma-separated.ts'
import type { FlagValues } from './flags.ts'
import { readCommandLine, warnOfNoCommand } from './read-command.ts'
import { readMount } from './read-mount.ts'
import { alternatives, didYouMean, problem, quote, type ReadingContext } from './report.ts'

const networks = ['default', 'none', 'host'] as const
const securities = ['sandbox', 'insecure'] as const

/** RUN. Mounts and devices that are written wrongly are left out. */
export function readRun(
  parts: InstructionParts,
  flags: FlagValues,
  context: ReadingContext,
): RunInstruction | InvalidInstruction {
  warnOfNoCommand('RUN', parts, context)
  const command = readCommandLine(parts.arguments, context)
  const mounts = flags.list('mount').flatMap(({ flag }) => {
    const mount = readMount(flag, (value) => constantValue(value, context), context.report)
    return mount === undefined ? [] : [mount]
  })
  const run = {
    mounts,
    network: readChoice('network', networks, parts.flags, context),
    security: readChoice('security', securities, parts.flags, context),
    devices: flags.list('device').flatMap(({ flag, value }) => readDevice(flag, value, context)),
  }
  if (command === undefined) return { ...parts, kind: 'invalid', name: 'RUN' }
  return { ...parts, kind: 'run', command, ...run }
}

/** The value of a string without variables. Undefined where it has some, or where something is wrong with it. */
function constantValue(value: SourceString, { escape }: ReadingContext): string | undefined {
  const { value: text, variables, problem } = expand(value, { escape, variables: () => undefined })
  return variables.length > 0 || problem !== undefined ? undefined : text
}

function readChoice<Choice extends string>(
  name: string,
  [usual, ...others]: readonly [Choice, ...Choice[]],
  flags: readonly Flag[],
  { report }: ReadingContext,
): Choice {
  const flag = flags.find((each) => each.name.value === name)
  if (flag?.value === undefined) return usual
  const { value, range } = flag.value
  const choices = [usual, ...others]
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  const hint = didYouMean(value, choices) ?? `It is ${alternatives(choices)}.`
  report(problem('bad-flag-value', 'error', range, `--${name} cannot be ${quote(value)}`, hint))
  return usual
}

/** `--device=NAME[,required]` (BuildKit's `ParseDevice`). */
function readDevice(flag: Flag, value: SourceString, { report }: ReadingContext): readonly Device[] {
  let name = ''
  let isRequired = false
  for (const field of splitAtCommas(value) ?? []) {
    const equals = field.value.indexOf('=')
    const key = (equals === -1 ? field.value : field.value.slice(0, equals)).toLowerCase()
    const setting = equals === -1 ? undefined : sliceSource(field, equals + 1)
    const required = parseBoolean(setting?.value ?? 'true')
    if (key === 'required' && required !== undefined) isRequired = required
    else if (key === 'name' && setting !== undefined && name === '') name = setting.value
    else if (key !== 'required' && key !== 'name' && name === '') name = field.value
    else {
      const hint = 'Write it as VENDOR/CLASS=NAME, and ",required" if the build needs it.'
      report(problem('bad-device', 'error', field.range, `${quote(field.value)} is no part of a device`, hint))
      return []
    }
  }
  if (name !== '' || isRequired) return [{ flag, name, isRequired }]
  report(problem('bad-device', 'error', flag.range, 'the device has no name'))
  return []
}

import type { EscapeCharacter } from '../../dockerfile/expand.ts'
import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'
import { printable } from '../../std/printable.ts'
import type { PlannedLaunch } from '../launch-command.ts'
import { itemLines } from './layout.ts'
import { escapeArgument, execForm, quoteValue } from './quote.ts'
import type { WrittenPart } from './written-part.ts'

/** What the final stage is to say of itself. */
export interface SettingsInput {
  /** Of the image that is slimmed. */
  readonly config: RunConfig
  /** Of what the final stage begins with; empty for `scratch`. */
  readonly baseConfig: RunConfig
  readonly launch: PlannedLaunch
  readonly user: { readonly text: string; readonly comment: string | undefined }
  readonly escape: EscapeCharacter
  /** Variables of the image that nothing in the slim image has a use for. */
  readonly leftOut: ReadonlySet<string>
  /** Whether a path stays. */
  readonly isKept: (path: string) => boolean
}

/** The instructions behind the COPY lines. */
export function finalSettings(input: SettingsInput): readonly WrittenPart[] {
  const { config, user } = input
  return [
    ...environmentPart(input),
    ...labelPart(input),
    ...workdirPart(input),
    { title: 'set the user', comment: user.comment, lines: [`USER ${user.text}`] },
    ...listPart('EXPOSE', Object.keys(config.ExposedPorts ?? {}), input),
    ...listPart('VOLUME', Object.keys(config.Volumes ?? {}), input),
    ...stopSignalPart(input),
    ...healthPart(input),
    ...commandPart(input),
  ]
}

function environmentPart({ config, baseConfig, launch, escape, leftOut }: SettingsInput): readonly WrittenPart[] {
  const given = new Map([['PATH', usualSearchPath], ...pairsOf(baseConfig)])
  const wanted = new Map([...pairsOf(config), ...launch.environment])
  const pairs = [...wanted].filter(([name, value]) => given.get(name) !== value && !leftOut.has(name))
  const words = pairs.map(([name, value]) => `${name}=${quoteValue(value, escape)}`)
  return words.length === 0 ? [] : [plain(itemLines('ENV', words, { escape }))]
}

function pairsOf(config: RunConfig): ReadonlyMap<string, string> {
  return new Map(
    configEnvironment(config)
      .entries()
      .filter(([, value]) => !hasLineEnd(value)),
  )
}

function labelPart({ config, baseConfig, escape }: SettingsInput): readonly WrittenPart[] {
  const given = baseConfig.Labels ?? {}
  const words = Object.entries(config.Labels ?? {}).flatMap(([name, value]) =>
    given[name] === value || hasLineEnd(value) ? [] : [`${quoteValue(name, escape)}=${quoteValue(value, escape)}`],
  )
  return words.length === 0 ? [] : [plain(itemLines('LABEL', words, { escape }))]
}

/** No line of a Dockerfile can say such a value. */
function hasLineEnd(value: string): boolean {
  return /[\r\n]/.test(value)
}

function workdirPart({ baseConfig, launch, escape }: SettingsInput): readonly WrittenPart[] {
  const { workingDirectory } = launch
  if (workingDirectory === (baseConfig.WorkingDir || '/')) return []
  return [plain([`WORKDIR ${escapeArgument(workingDirectory, escape)}`])]
}

function listPart(
  name: 'EXPOSE' | 'VOLUME',
  values: readonly string[],
  { escape }: SettingsInput,
): readonly WrittenPart[] {
  if (values.length === 0) return []
  const short = values.map((value) => (name === 'EXPOSE' ? value.replace(/\/tcp$/, '') : value)).toSorted()
  const isPlain = short.every((value) => /^[\w./:-]+$/.test(value))
  const text = isPlain ? short.join(' ') : execForm(short.map((value) => escapeArgument(value, escape)))
  return [plain([`${name} ${text}`])]
}

function stopSignalPart({ config: { StopSignal = '' }, baseConfig, escape }: SettingsInput): readonly WrittenPart[] {
  if (StopSignal === '' || StopSignal === baseConfig.StopSignal) return []
  return [plain([`STOPSIGNAL ${escapeArgument(StopSignal, escape)}`])]
}

function healthPart({ config, baseConfig, launch, isKept }: SettingsInput): readonly WrittenPart[] {
  const { Healthcheck } = config
  const baseTest = baseConfig.Healthcheck?.Test ?? []
  const none = baseTest.length === 0 || baseTest[0] === 'NONE' ? [] : [plain(['HEALTHCHECK NONE'])]
  const { health } = launch
  if (Healthcheck === undefined || health === undefined) return none
  const { test, program, needsShell } = health
  const [kind, ...words] = test
  const said = words.join(' ')
  if (program === undefined || !isKept(program) || hasLineEnd(said)) {
    const what = program ?? words[0] ?? ''
    const comment = `HEALTHCHECK is left out: ${hasLineEnd(what) ? 'its program' : what} is not part of this image`
    return [{ title: 'leave out the health check', comment, lines: none.flatMap(({ lines }) => lines) }]
  }
  const options = healthOptions(Healthcheck)
  const isChanged = kind !== Healthcheck.Test?.[0]
  const line = ['HEALTHCHECK', ...options, 'CMD', kind === 'CMD' ? execForm(words) : said].join(' ')
  const comment = isChanged
    ? `Without a shell${fixedText(health.fixedVariables)}`
    : needsShell
      ? 'With the shell, which stays'
      : undefined
  return [{ title: isChanged ? 'write the health check in exec form' : undefined, comment, lines: [line] }]
}

function healthOptions(health: NonNullable<RunConfig['Healthcheck']>): readonly string[] {
  const { Interval, Timeout, StartPeriod, StartInterval, Retries } = health
  const durations = [
    ['--interval', Interval],
    ['--timeout', Timeout],
    ['--start-period', StartPeriod],
    ['--start-interval', StartInterval],
  ] as const
  const options = durations.flatMap(([name, nanoseconds = 0]) =>
    nanoseconds === 0 ? [] : [`${name}=${duration(nanoseconds)}`],
  )
  return [...options, ...(Retries === undefined || Retries === 0 ? [] : [`--retries=${Retries}`])]
}

/** As Go reads it. */
function duration(nanoseconds: number): string {
  const units = [
    ['m', 60e9],
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ] as const
  const [unit, size] = units.find(([, each]) => nanoseconds % each === 0) ?? ['ns', 1]
  return `${nanoseconds / size}${unit}`
}

function commandPart({ config, baseConfig, launch }: SettingsInput): readonly WrittenPart[] {
  const { entrypoint, command, needsShell, reason, fixedVariables, replaced } = launch
  const lines: string[] = []
  const hasBaseEntrypoint = (baseConfig.Entrypoint ?? []).length > 0
  const hasBaseCommand = (baseConfig.Cmd ?? []).length > 0
  if (entrypoint !== undefined || hasBaseEntrypoint) lines.push(`ENTRYPOINT ${execForm(entrypoint ?? [])}`)
  // ENTRYPOINT takes the CMD of what it begins with away.
  if (command !== undefined || (hasBaseCommand && lines.length === 0)) lines.push(`CMD ${execForm(command ?? [])}`)
  if (lines.length === 0) return []
  const isChanged = JSON.stringify([entrypoint, command]) !== JSON.stringify([config.Entrypoint, config.Cmd])
  const fixed = fixedText(fixedVariables)
  const comment =
    needsShell && reason !== ''
      ? `A shell starts it: ${reason}`
      : replaced !== undefined
        ? `What ${printable(replaced)} runs, by package.json: without it, the program gets the signals itself${fixed}`
        : isChanged
          ? `Started without a shell: it gets the signals itself${fixed}`
          : undefined
  return [{ title: isChanged ? 'write the command in exec form' : undefined, comment, lines }]
}

/** Who starts a container with another value is told why nothing changes. */
function fixedText(variables: readonly string[]): string {
  if (variables.length === 0) return ''
  const names = variables.map((name) => `$${name}`).join(' and ')
  return `; ${names} ${variables.length === 1 ? 'is' : 'are'} written out, and cannot be set from outside`
}

function plain(lines: readonly string[]): WrittenPart {
  return { title: undefined, comment: undefined, lines }
}

import { posix } from 'node:path'
import type { EvaluatedPorts } from '../../dockerfile/evaluated.ts'
import type { HealthcheckInstruction } from '../../dockerfile/instruction.ts'
import type { CommandLine } from '../../dockerfile/instruction-parts.ts'
import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'

type Healthcheck = NonNullable<RunConfig['Healthcheck']>

const defaultShell: readonly string[] = ['/bin/sh', '-c']

/** The config of a stage while its instructions are gone through (image-spec, config.md, "config"; moby's additions). */
export class StageConfig {
  #config: RunConfig
  readonly #environment: Map<string, string>
  #isCommandSet = false

  /** @param base of the image or stage that it begins with; its ONBUILD is done with. */
  constructor(base: RunConfig) {
    const { OnBuild: _, ...config } = base
    this.#config = config
    this.#environment = new Map(configEnvironment(base))
    if (!this.#environment.has('PATH')) this.#environment.set('PATH', usualSearchPath)
  }

  /** The config as it is now. */
  get value(): RunConfig {
    return { ...this.#config, Env: [...this.#environment].map(([name, value]) => `${name}=${value}`) }
  }

  get environment(): ReadonlyMap<string, string> {
    return this.#environment
  }

  get workingDirectory(): string {
    const { WorkingDir: folder = '' } = this.#config
    return folder === '' ? '/' : folder
  }

  get user(): string {
    return this.#config.User ?? ''
  }

  get shell(): readonly string[] {
    const { Shell: shell = [] } = this.#config
    return shell.length === 0 ? defaultShell : shell
  }

  setVariable(name: string, value: string): void {
    this.#environment.set(name, value)
  }

  setLabel(name: string, value: string): void {
    this.#edit({ Labels: { ...this.#config.Labels, [name]: value } })
  }

  /** Relative paths begin at the last one. */
  setWorkingDirectory(path: string): void {
    this.#edit({ WorkingDir: posix.resolve(this.workingDirectory, path) })
  }

  setUser(user: string): void {
    this.#edit({ User: user })
  }

  setShell(shell: readonly string[]): void {
    this.#edit({ Shell: [...shell] })
  }

  setStopSignal(signal: string): void {
    this.#edit({ StopSignal: signal })
  }

  setCommand(command: CommandLine): readonly string[] {
    const words = this.wordsOf(command)
    this.#edit({ Cmd: [...words], ArgsEscaped: true })
    this.#isCommandSet = true
    return words
  }

  /** A CMD of the base was meant for its entry point: it goes. */
  setEntrypoint(command: CommandLine): readonly string[] {
    const words = this.wordsOf(command)
    this.#edit({ Entrypoint: [...words], ...(this.#isCommandSet ? {} : { Cmd: undefined }) })
    return words
  }

  addPorts(ports: readonly EvaluatedPorts[]): readonly string[] {
    const names = ports.flatMap(({ first, last, protocol }) =>
      Array.from({ length: last - first + 1 }, (_, offset) => `${first + offset}/${protocol}`),
    )
    const added = Object.fromEntries(names.map((name) => [name, {}]))
    this.#edit({ ExposedPorts: { ...this.#config.ExposedPorts, ...added } })
    return names
  }

  addVolumes(paths: readonly string[]): void {
    const added = Object.fromEntries(paths.map((path) => [path, {}]))
    this.#edit({ Volumes: { ...this.#config.Volumes, ...added } })
  }

  addTrigger(expression: string): void {
    this.#edit({ OnBuild: [...(this.#config.OnBuild ?? []), expression] })
  }

  setHealthcheck(instruction: HealthcheckInstruction): Healthcheck {
    const { command } = instruction
    const check: Healthcheck =
      command === undefined
        ? { Test: ['NONE'] }
        : {
            Test:
              command.form === 'exec'
                ? ['CMD', ...command.arguments.map(({ value }) => value)]
                : ['CMD-SHELL', command.text.value],
            ...whenGiven('Interval', instruction.intervalNanoseconds),
            ...whenGiven('Timeout', instruction.timeoutNanoseconds),
            ...whenGiven('StartPeriod', instruction.startPeriodNanoseconds),
            ...whenGiven('StartInterval', instruction.startIntervalNanoseconds),
            ...whenGiven('Retries', instruction.retries),
          }
    this.#edit({ Healthcheck: check })
    return check
  }

  /** What is run for a command: itself, or the shell with it. */
  wordsOf(command: CommandLine): readonly string[] {
    if (command.form === 'exec') return command.arguments.map(({ value }) => value)
    return [...this.shell, command.text.value]
  }

  #edit(change: Partial<RunConfig>): void {
    this.#config = { ...this.#config, ...change }
  }
}

function whenGiven(name: string, value: number): Readonly<Record<string, number>> {
  return value === 0 ? {} : { [name]: value }
}

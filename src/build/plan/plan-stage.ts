import { posix } from 'node:path'
import type {
  ConstantInstruction,
  EvaluatedCopy,
  EvaluatedInstruction,
  EvaluatedRun,
  EvaluatedStage,
} from '../../dockerfile/evaluated.ts'
import type { InstructionParts } from '../../dockerfile/instruction-parts.ts'
import { runScript } from '../../dockerfile/run-script.ts'
import type { TextRange } from '../../dockerfile/text-range.ts'
import type { RunConfig } from '../../image/config.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import { argumentText, copyText, healthcheckText, pairsText, plainList, quotedList, runText } from './history-text.ts'
import { originOf, type OriginNames } from './origins.ts'
import type { FileOrigin, PlannedHistory, PlannedStep, RunStep, StagePlan } from './plan.ts'
import { planMounts } from './plan-mounts.ts'
import { StageConfig } from './stage-config.ts'

/** What a stage begins with, as far as its config goes. */
export interface PlannedBase {
  readonly config: RunConfig
  readonly author: string | undefined
  /** Build arguments that the stage below declared; without a value where nothing gave one. */
  readonly arguments: ReadonlyMap<string, string | undefined>
}

/**
 * Goes through a stage: which steps it takes, and what config comes of it. Pure.
 *
 * @param baseOf the config of what it begins with
 */
export function planStage(
  evaluated: EvaluatedStage,
  baseOf: (origin: FileOrigin) => PlannedBase,
  names: OriginNames,
): StagePlan {
  const origin = originOf(evaluated.base, names)
  const planner = new StagePlanner(evaluated, origin, baseOf(origin), names)
  if (origin.kind === 'named-context') planner.beginWith(origin)
  for (const instruction of evaluated.instructions) planner.add(instruction)
  return planner.plan()
}

class StagePlanner {
  readonly #evaluated: EvaluatedStage
  readonly #origin: FileOrigin
  readonly #names: OriginNames
  readonly #config: StageConfig
  readonly #arguments: Map<string, string | undefined>
  /** What RUN sees: of an ARG and an ENV of one name, the later one. Those of the base, also its ENV, come before all of this stage. */
  readonly #variables: Map<string, string>
  readonly #steps: PlannedStep[] = []
  readonly #history: PlannedHistory[] = []
  #author: string | undefined

  constructor(evaluated: EvaluatedStage, origin: FileOrigin, base: PlannedBase, names: OriginNames) {
    this.#evaluated = evaluated
    this.#origin = origin
    this.#names = names
    this.#config = new StageConfig(base.config)
    this.#author = base.author
    this.#arguments = new Map(base.arguments)
    this.#variables = new Map([...definedOf(base.arguments), ...this.#config.environment])
  }

  plan(): StagePlan {
    const { stage } = this.#evaluated
    return {
      index: stage.index,
      title: stage.name ?? `stage-${stage.index}`,
      base: this.#origin,
      steps: this.#steps,
      config: this.#config.value,
      author: this.#author,
      arguments: this.#arguments,
      history: this.#history,
    }
  }

  /** A named context of files is an image with one layer, as BuildKit has it. */
  beginWith(origin: Extract<FileOrigin, { kind: 'named-context' }>): void {
    const { from } = this.#evaluated.stage
    const request = copyOfAll()
    this.#addStep({ kind: 'copy', title: titleOf(from), place: from.range, origin, request }, `FROM ${origin.name}`)
  }

  add(each: EvaluatedInstruction): void {
    const config = this.#config
    switch (each.kind) {
      case 'arg':
        for (const { name, value } of each.declarations) this.#declare(name, value)
        return this.#note(argumentText(each.declarations))
      case 'env':
        for (const { name, value } of each.pairs) {
          config.setVariable(name, value)
          this.#variables.set(name, value)
        }
        return this.#note(pairsText('env', each.pairs))
      case 'label':
        for (const { name, value } of each.pairs) config.setLabel(name, value)
        return this.#note(pairsText('label', each.pairs))
      case 'run':
        return this.#addRun(each)
      case 'copy':
      case 'add':
        return this.#addCopy(each)
      case 'expose':
        return this.#note(`EXPOSE ${plainList(config.addPorts(each.ports))}`)
      case 'volume':
        config.addVolumes(each.paths)
        return this.#note(`VOLUME ${plainList(each.paths)}`)
      case 'workdir':
        return this.#addWorkdir(each.value, this.#placeOf(each))
      case 'user':
        config.setUser(each.value)
        return this.#note(`USER ${each.value}`)
      case 'stopsignal':
        config.setStopSignal(each.value)
        return this.#note(`STOPSIGNAL ${each.value}`)
      case 'cmd':
      case 'entrypoint':
      case 'healthcheck':
      case 'maintainer':
      case 'onbuild':
      case 'shell':
        return this.#addConstant(each.instruction)
    }
  }

  #declare(name: string, value: string | undefined): void {
    this.#arguments.set(name, value)
    if (value !== undefined) this.#variables.set(name, value)
  }

  #addConstant(instruction: ConstantInstruction): void {
    const config = this.#config
    switch (instruction.kind) {
      case 'cmd':
        return this.#note(`CMD ${quotedList(config.setCommand(instruction.command))}`)
      case 'entrypoint':
        return this.#note(`ENTRYPOINT ${quotedList(config.setEntrypoint(instruction.command))}`)
      case 'shell': {
        const words = instruction.shell.map(({ value }) => value)
        config.setShell(words)
        return this.#note(`SHELL ${plainList(words)}`)
      }
      case 'healthcheck':
        return this.#note(healthcheckText(config.setHealthcheck(instruction)))
      case 'onbuild':
        // The history does not tell of it, as with BuildKit.
        return config.addTrigger(instruction.expression)
      case 'maintainer':
        this.#author = instruction.maintainer.value
        return this.#note(`MAINTAINER ${instruction.maintainer.value}`)
    }
  }

  #addRun(each: EvaluatedRun): void {
    const { instruction } = each
    const script = runScript(instruction)
    const path = script.kind === 'file' ? posix.join('/dev/pipes', script.name) : undefined
    const words =
      script.kind === 'program'
        ? script.arguments.map(({ value }) => value)
        : script.kind === 'shell'
          ? [...this.#config.shell, script.script.value]
          : [posix.join('/dev/pipes', script.name)]
    // The history tells of arguments what RUN sees of them.
    const values = new Map(Array.from(this.#arguments.keys(), (name) => [name, this.#variables.get(name)]))
    const step: RunStep = {
      ...{ kind: 'run', title: titleOf(instruction), place: this.#placeOf(each), arguments: words },
      script: script.kind === 'file' && path !== undefined ? { path, content: script.content.value } : undefined,
      environment: new Map(this.#variables),
      user: this.#config.user,
      workingDirectory: this.#config.workingDirectory,
      mounts: planMounts(each.mounts, this.#config.workingDirectory, (source) => originOf(source, this.#names)),
      network: instruction.network,
      isInsecure: instruction.security === 'insecure',
    }
    // BuildKit has the shell run the file.
    const told = script.kind === 'file' ? [...this.#config.shell, ...words] : words
    this.#addStep(step, runText(told, values))
  }

  #addCopy(each: EvaluatedCopy): void {
    const { instruction } = each
    const adds = instruction.kind === 'add' ? instruction : undefined
    const step: PlannedStep = {
      ...{ kind: 'copy', title: titleOf(instruction), place: this.#placeOf(each) },
      origin: each.fileSource === undefined ? { kind: 'context' } : originOf(each.fileSource, this.#names),
      request: {
        ...{ kind: each.kind, sources: each.sources, destination: each.destination, inlineFiles: each.inlineFiles },
        ...{ workingDirectory: this.#config.workingDirectory, chown: each.chown, chmod: each.chmod },
        excludes: instruction.excludes.map(({ value }) => value),
        parents: instruction.kind === 'copy' && instruction.parents,
        ...{ link: instruction.link, checksum: each.checksum },
        ...{ keepGitDirectory: adds?.keepGitDirectory, unpack: adds?.unpack },
      },
    }
    this.#addStep(step, copyText(each))
  }

  #addWorkdir(path: string, place: TextRange): void {
    this.#config.setWorkingDirectory(path)
    const { workingDirectory, user } = this.#config
    const text = `WORKDIR ${workingDirectory}`
    if (workingDirectory === '/') return this.#note(text)
    this.#addStep({ kind: 'workdir', title: `WORKDIR ${path}`, place, path: workingDirectory, user }, text)
  }

  #addStep(step: PlannedStep, createdBy: string): void {
    this.#history.push({ createdBy, step: this.#steps.length })
    this.#steps.push(step)
  }

  #note(createdBy: string): void {
    this.#history.push({ createdBy, step: undefined })
  }

  /** What stands in a base image has no place in this file. */
  #placeOf({ origin, instruction }: EvaluatedInstruction): TextRange {
    return origin === 'base-image' ? this.#evaluated.stage.from.range : instruction.range
  }
}

function definedOf(values: ReadonlyMap<string, string | undefined>): readonly (readonly [string, string])[] {
  return [...values].flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

/** What COPY would be told that brings all files as they are. */
function copyOfAll(): CopyRequest {
  return {
    ...{ kind: 'copy', sources: ['/'], destination: '/', workingDirectory: '/', inlineFiles: [] },
    ...{ chown: undefined, chmod: undefined, excludes: [], parents: false, link: true, checksum: undefined },
    ...{ keepGitDirectory: undefined, unpack: undefined },
  }
}

const titleCharactersMax = 200

/** An instruction in one line. */
function titleOf(instruction: InstructionParts): string {
  const flags = instruction.flags.map(({ name, value }) =>
    value === undefined ? `--${name.value}` : `--${name.value}=${value.value}`,
  )
  const words = [instruction.keyword.value.toUpperCase(), ...flags, instruction.arguments.value].join(' ')
  const line = words.replaceAll(/\s+/g, ' ').trim()
  return line.length > titleCharactersMax ? `${line.slice(0, titleCharactersMax - 1)}…` : line
}

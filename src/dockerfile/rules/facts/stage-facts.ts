import type { CommandInstruction, HealthcheckInstruction, Instruction } from '../../instruction.ts'
import type { EvaluatedDockerfile, EvaluatedInstruction, EvaluatedStage } from '../../evaluated.ts'
import { runScript } from '../../run-script.ts'
import type { ShellScript } from '../../shell-command.ts'
import { readCommandLine, readExecForm, readShellScript } from '../../shell-script.ts'
import { neededStages } from '../../stages.ts'
import { programName, shellNames } from '../../script/invocation.ts'
import { describeBase, type BaseFacts } from './base-images.ts'
import { resolvePath } from './paths.ts'

/** A stage as rules see it. */
export interface StageFacts {
  readonly evaluated: EvaluatedStage
  /** Whether this is the stage that is built: what its image holds is shipped. */
  readonly isTarget: boolean
  /** Whether building the target builds it. */
  readonly isNeeded: boolean
  /** The stage that FROM names. Undefined where it names an image, or scratch. */
  readonly parent: StageFacts | undefined
  /** What is known of the image at the end of the chain of FROMs. */
  readonly base: BaseFacts
  /** Its own instructions and the ONBUILD triggers before them. */
  readonly steps: readonly Step[]
  /** What holds behind the last of them. */
  readonly end: StepState
}

/** What an instruction can rely on. */
export interface StepState {
  /** Absolute. Undefined where the base decides, and nobody knows what the base says. */
  readonly workingDirectory: string | undefined
  /** As USER says it: `node`, `1000:1000`. Undefined where a variable decides, or a base that is not known. */
  readonly user: string | undefined
  /** What runs commands in shell form: `["/bin/sh", "-c"]`. */
  readonly shell: readonly string[]
  readonly entrypoint: CommandInstruction | undefined
  readonly cmd: CommandInstruction | undefined
  readonly healthcheck: HealthcheckInstruction | undefined
}

/** One instruction with what holds before it. */
export interface Step extends StepState {
  readonly evaluated: EvaluatedInstruction
  /** Whether it stands in this stage: only then may its ranges be reported and edited. */
  readonly isOwn: boolean
  /**
   * What a RUN, CMD, ENTRYPOINT or HEALTHCHECK runs. Undefined for other instructions, and where no POSIX shell reads it (cmd.exe,
   * a script for another program). Read once.
   */
  script(): ShellScript | undefined
}

/** The facts of all stages, in the order of the file. */
export function stageFacts(evaluated: EvaluatedDockerfile): readonly StageFacts[] {
  const { target } = evaluated
  const needed = new Set(target === undefined ? [] : neededStages(evaluated, target))
  const all: StageFacts[] = []
  for (const stage of evaluated.stages) {
    const parent = stage.base.kind === 'stage' ? all[stage.base.index] : undefined
    const base = parent?.base ?? describeBase(stage.base)
    const { steps, end } = followSteps(stage, parent?.end ?? initialState(base))
    all.push({ evaluated: stage, isTarget: stage === target, isNeeded: needed.has(stage), parent, base, steps, end })
  }
  return all
}

/** All steps that make the image of a stage: those of the stages that it begins with, then its own. */
export function lineageSteps(stage: StageFacts): readonly Step[] {
  const chain: (readonly Step[])[] = []
  for (let at: StageFacts | undefined = stage; at !== undefined; at = at.parent) chain.push(at.steps)
  return chain.toReversed().flat()
}

function initialState({ user, workingDirectory, isWindows }: BaseFacts): StepState {
  const shell = isWindows ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c']
  return { workingDirectory, user, shell, entrypoint: undefined, cmd: undefined, healthcheck: undefined }
}

function followSteps(
  stage: EvaluatedStage,
  initial: StepState,
): { readonly steps: readonly Step[]; readonly end: StepState } {
  const steps: Step[] = []
  let state = initial
  for (const evaluated of stage.instructions) {
    const { shell } = state
    steps.push({
      ...state,
      evaluated,
      isOwn: evaluated.origin === 'stage',
      script: once(() => readScript(evaluated.instruction, shell)),
    })
    state = behind(evaluated, state, initial)
  }
  return { steps, end: state }
}

function behind(evaluated: EvaluatedInstruction, state: StepState, initial: StepState): StepState {
  const { instruction } = evaluated
  if (evaluated.kind === 'workdir') {
    return { ...state, workingDirectory: resolvePath(state.workingDirectory, evaluated.value) }
  }
  if (evaluated.kind === 'user') {
    const isKnown = evaluated.variables.every(({ isSet, operator }) => isSet || operator !== '')
    return { ...state, user: isKnown && evaluated.value !== '' ? evaluated.value : undefined }
  }
  if (instruction.kind === 'shell') return { ...state, shell: instruction.shell.map(({ value }) => value) }
  if (instruction.kind === 'cmd') return { ...state, cmd: instruction }
  if (instruction.kind === 'healthcheck') return { ...state, healthcheck: instruction }
  if (instruction.kind === 'entrypoint') {
    // It takes the place of the base's CMD as well, but not of the stage's own.
    return { ...state, entrypoint: instruction, cmd: state.cmd === initial.cmd ? undefined : state.cmd }
  }
  return state
}

function readScript(instruction: Instruction, shell: readonly string[]): ShellScript | undefined {
  const isPosix = shellNames.has(programName(shell[0] ?? ''))
  if (instruction.kind === 'run') {
    const script = runScript(instruction)
    if (script.kind === 'program') return readExecForm(script.arguments)
    if (script.kind === 'shell') return isPosix ? readShellScript(script.script) : undefined
    return isShellFile(script.content.value) ? readShellScript(script.content) : undefined
  }
  if (instruction.kind !== 'cmd' && instruction.kind !== 'entrypoint' && instruction.kind !== 'healthcheck') {
    return undefined
  }
  if (instruction.command === undefined) return undefined
  return isPosix || instruction.command.form === 'exec' ? readCommandLine(instruction.command) : undefined
}

/** Whether a file that begins with `#!` is for a shell: `#!/bin/sh`, `#!/usr/bin/env bash`. */
function isShellFile(content: string): boolean {
  const words = (content.slice(2).split('\n', 1)[0] ?? '').trim().split(/\s+/)
  const program =
    programName(words[0] ?? '') === 'env' ? words.find((word, index) => index > 0 && !/^-|=/.test(word)) : words[0]
  return shellNames.has(programName(program ?? ''))
}

function once<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined
  return () => (known ??= { value: compute() }).value
}

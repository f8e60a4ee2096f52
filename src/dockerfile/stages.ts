import type { Stage } from './document.ts'
import type { EvaluatedDockerfile, EvaluatedInstruction, EvaluatedStage } from './evaluated.ts'
import type { TextRange } from './text-range.ts'
import { optionRange } from './reading/read-mount.ts'

/**
 * The stage that `COPY --from` names: by number, counted from 0, or by name in any case; of equal names the last.
 *
 * @returns undefined where no stage is meant, and for a number that no stage has.
 */
export function findStage<Found extends Pick<Stage, 'index' | 'name'>>(
  stages: readonly Found[],
  nameOrNumber: string,
): Found | undefined {
  if (isStageNumber(nameOrNumber)) return stages[Number(nameOrNumber)]
  return findStageByName(stages, nameOrNumber)
}

/** The stage of a name in any case, of equal names the last. Numbers are names here: no stage has one. */
export function findStageByName<Found extends Pick<Stage, 'name'>>(
  stages: readonly Found[],
  name: string,
): Found | undefined {
  const lower = name.toLowerCase()
  return stages.findLast((stage) => stage.name === lower)
}

/** Whether `COPY --from` takes a text for the number of a stage. */
export function isStageNumber(text: string): boolean {
  return /^[+-]?[0-9]+$/.test(text)
}

/** How one stage needs another. */
export interface StageDependency {
  /** The index of the stage that is needed. */
  readonly index: number
  readonly reason: 'from' | 'copy' | 'mount'
  /** What names it. */
  readonly range: TextRange
}

/** The stages that a stage needs, in the order in which it names them. A stage may be named more than once. */
export function stageDependencies(evaluated: EvaluatedStage): readonly StageDependency[] {
  const { base, stage } = evaluated
  const own: readonly StageDependency[] =
    base.kind === 'stage' ? [{ index: base.index, reason: 'from', range: stage.from.base.range }] : []
  return [...own, ...evaluated.instructions.flatMap((each) => instructionDependencies(each, stage.from.base.range))]
}

/** @param place What to point to for instructions that are not in the file. */
function instructionDependencies(each: EvaluatedInstruction, place: TextRange): readonly StageDependency[] {
  const isElsewhere = each.origin === 'base-image'
  if (each.kind === 'copy' && each.fileSource?.kind === 'stage' && each.instruction.kind === 'copy') {
    const range = each.instruction.from?.range ?? each.instruction.range
    return [{ index: each.fileSource.index, reason: 'copy', range: isElsewhere ? place : range }]
  }
  if (each.kind !== 'run') return []
  return each.mounts.flatMap((mount): readonly StageDependency[] => {
    if (mount.fileSource?.kind !== 'stage') return []
    const range = isElsewhere ? place : optionRange(mount, 'from')
    return [{ index: mount.fileSource.index, reason: 'mount', range }]
  })
}

/**
 * The stages that building a stage takes, itself included, in an order in which each comes behind those that it needs.
 * Dependencies on a later stage, which are errors, are left out.
 *
 * @param isReplaced whether something else takes the place of the stage with this index, so that nothing needs it
 */
export function neededStages(
  evaluated: EvaluatedDockerfile,
  target: EvaluatedStage,
  isReplaced: (index: number) => boolean = () => false,
): readonly EvaluatedStage[] {
  const needed = new Set<number>()
  const waiting = [target.stage.index]
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const stage = evaluated.stages[index]
    if (stage === undefined || needed.has(index)) continue
    needed.add(index)
    for (const dependency of stageDependencies(stage)) {
      if (dependency.index < index && !isReplaced(dependency.index)) waiting.push(dependency.index)
    }
  }
  return evaluated.stages.filter(({ stage }) => needed.has(stage.index))
}

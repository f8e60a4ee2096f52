import { quote } from '../../reading/report.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import { stageDependencies } from '../../stages.ts'
import type { Rule } from '../rule.ts'

/** A stage that nothing takes anything from, and that nobody would ask for. */
export const unusedStage: Rule = {
  name: 'UnusedStage',
  category: 'mistake',
  severity: 'information',
  summary: 'a stage is not built, as no other needs it',
  check({ stages, target }, report) {
    // Who asks for one stage does not ask for the others.
    if (target === undefined || target !== stages.at(-1)) return
    const needed = new Set(stages.flatMap(({ evaluated }) => stageDependencies(evaluated).map(({ index }) => index)))
    for (const stage of stages) {
      const { index, name, from } = stage.evaluated.stage
      if (stage.isNeeded || needed.has(index) || mayBeAskedFor(stage)) continue
      report({
        message:
          name === undefined
            ? 'nothing needs this stage, and it has no name to ask for it'
            : `nothing needs the stage ${quote(name)}`,
        range: from.keyword.range,
        cost: 'The builder leaves it out; a COPY that should take something from it may be missing, or name another.',
        hint: 'Copy from it with COPY --from, or take it away.',
      })
    }
  },
}

/** Names of stages that do a part of the work of another. */
const ofWork =
  /^(?:build(?:er|-?env|-?stage|-?deps)?|compile[r]?|dep(?:s|endencies)|install(?:er)?|base|common|assets|node-?modules|download(?:er)?|prepare|planner|cacher?)$/

/** A stage with a name is a target of its own where it has what runs, or a name that is not one of the usual parts. */
function mayBeAskedFor({ evaluated, steps }: StageFacts): boolean {
  const { name } = evaluated.stage
  if (name === undefined) return false
  const runs = steps.some(({ evaluated: { instruction } }) =>
    ['cmd', 'entrypoint', 'expose', 'healthcheck'].includes(instruction.kind),
  )
  return runs || !ofWork.test(name)
}

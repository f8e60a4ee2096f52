import type { ShellVariable } from '../../shell-command.ts'
import { lineageSteps, type StageFacts } from '../facts/stage-facts.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** CMD with a variable that is a build argument only: containers do not have it. */
export const argInCommand: Rule = {
  name: 'ArgInCommand',
  category: 'mistake',
  severity: 'warning',
  summary: 'the command of the container uses a build argument, which is gone by then',
  check(file, report) {
    const { target } = file
    if (target === undefined) return
    const { entrypoint, cmd, healthcheck } = target.end
    const running = [entrypoint, cmd, healthcheck]
    const names = argumentsOnly(file, target)
    for (const step of lineageSteps(target)) {
      const { instruction } = step.evaluated
      if (!step.isOwn || !running.some((each) => each === instruction)) continue
      const script = step.script()
      const own = new Set(script?.assigned)
      if (script?.commands.some(({ program }) => ['.', 'source', 'eval'].includes(program)) === true) continue
      const found = script?.variables.find((variable) => isLost(variable, names) && !own.has(variable.name))
      if (found === undefined) continue
      const { name, range } = found
      report({
        message: `$${name} is a build argument, which containers do not have`,
        range,
        cost: 'The shell of the container replaces it by nothing, unless somebody gives it with docker run --env.',
        hint: `Write ENV ${name}=$${name} behind the ARG: ENV stays in the image.`,
      })
    }
  },
}

function isLost({ name, hasDefault }: ShellVariable, names: ReadonlySet<string>): boolean {
  return !hasDefault && names.has(name)
}

/** The names that the file declares with ARG, and that no ENV sets. */
function argumentsOnly({ document }: RuleInput, target: StageFacts): ReadonlySet<string> {
  const names = new Set(
    document.globalArguments.flatMap(({ declarations }) => declarations.map(({ name }) => name.value)),
  )
  const steps = lineageSteps(target)
  for (const { evaluated } of steps) {
    if (evaluated.kind === 'arg') for (const { name } of evaluated.declarations) names.add(name)
  }
  for (const { evaluated } of steps) {
    if (evaluated.kind === 'env') for (const { name } of evaluated.pairs) names.delete(name)
  }
  for (const name of target.evaluated.baseImage?.environment.keys() ?? []) names.delete(name)
  // What an image tells of itself may have the name of the argument that chose it.
  return new Set([...names].filter((name) => !/_(?:VERSION|HOME|MAJOR)$|_proxy$/i.test(name)))
}

import type { WorkdirInstruction } from '../../instruction.ts'
import { quote } from '../../reading/report.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import { checkedSteps, type CheckedStep } from '../facts/checked-steps.ts'
import { resolvePath } from '../facts/paths.ts'
import { parsePlatformName } from '../facts/platform-name.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Fix, Rule, RuleInput } from '../rule.ts'

/** BuildKit's check: the first WORKDIR is absolute, whatever the base image says. */
export const workdirRelativePath: Rule = {
  name: 'WorkdirRelativePath',
  category: 'buildkit',
  severity: 'warning',
  summary: 'a relative WORKDIR depends on the base image',
  check(file, report) {
    const chains = describeChains(file)
    const seen = new Set<StageFacts>()
    for (const checked of checkedSteps(file)) {
      const { stage, step, at } = checked
      const { evaluated } = step
      const { system = '', inheritsFolder = false } = chains.get(stage) ?? {}
      if (evaluated.kind !== 'workdir' || evaluated.instruction.kind !== 'workdir') continue
      if (inheritsFolder || seen.has(stage)) continue
      seen.add(stage)
      if (isAbsolute(evaluated.value, system) || isUnknown(checked)) continue
      report({
        message: `the working directory ${quote(evaluated.value)} is relative to that of the base image`,
        ...at(evaluated.instruction.path.range),
        cost: 'It becomes another one when the base image changes.',
        hint: 'Write the whole path, from the / on.',
        ...(step.isOwn && system !== 'windows' ? fixFor(file, checked, evaluated.value, evaluated.instruction) : {}),
      })
    }
  },
}

/** A variable without a value may have one from a base image that nobody knows. */
function isUnknown({ stage, step }: CheckedStep): boolean {
  return (
    !stage.evaluated.isEnvironmentKnown &&
    step.evaluated.variables.some(({ isSet, isDeclared }) => !isSet && !isDeclared)
  )
}

interface Chain {
  /** The operating system that a stage is for: the first FROM of its chain decides. */
  readonly system: string
  /** Whether a stage that it begins with has a WORKDIR. */
  readonly inheritsFolder: boolean
}

function describeChains({ evaluated, stages }: RuleInput): ReadonlyMap<StageFacts, Chain> {
  const chains = new Map<StageFacts, Chain & { readonly hasFolder: boolean }>()
  for (const stage of stages) {
    const parent = stage.parent === undefined ? undefined : chains.get(stage.parent)
    const { platform } = stage.evaluated
    const named = platform === undefined ? undefined : parsePlatformName(platform)
    // Nobody can build upon a base for Windows anywhere else.
    const own = stage.base.isWindows ? 'windows' : named?.os
    const system = parent?.system ?? own ?? evaluated.targetPlatform.os
    const inheritsFolder = parent?.hasFolder === true
    const hasFolder = inheritsFolder || stage.steps.some((step) => step.evaluated.kind === 'workdir')
    chains.set(stage, { system, inheritsFolder, hasFolder })
  }
  return chains
}

/** BuildKit's `system.IsAbs`: on Windows, `C:` and backslashes count. */
function isAbsolute(path: string, system: string): boolean {
  return system === 'windows' ? /^(?:c:)?[\\/](?![\\/])/i.test(path) : path.startsWith('/')
}

function fixFor(
  { document }: RuleInput,
  { step }: CheckedStep,
  value: string,
  { path }: WorkdirInstruction,
): { readonly fix?: Fix } {
  // With variables in it, the path differs from build to build.
  if (path.value !== value || value === '') return {}
  const resolved = resolvePath(step.workingDirectory ?? '/', value) ?? value
  const safety = step.workingDirectory === undefined ? 'unsafe' : 'safe'
  return fixOf(`write ${resolved}`, safety, [replaceText(document, path, resolved)])
}

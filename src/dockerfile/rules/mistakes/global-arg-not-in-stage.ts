import { insertLinesBefore } from '../../edit.ts'
import type { ShellScript, ShellVariable } from '../../shell-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** RUN with a variable that only FROM sees: an ARG before the first FROM, or `TARGETARCH` and the like. */
export const globalArgNotInStage: Rule = {
  name: 'GlobalArgNotInStage',
  category: 'mistake',
  severity: 'warning',
  summary: 'a RUN uses a build argument that its stage does not declare',
  check(file, report) {
    const globals = globalNames(file)
    const known = new Map<StageFacts, Set<string>>()
    for (const stage of file.stages) {
      const names = new Set(stage.parent === undefined ? [] : known.get(stage.parent))
      known.set(stage, names)
      for (const step of stage.steps) {
        for (const name of namesOf(step)) if (globals.has(name)) names.add(name)
        const script = step.evaluated.kind === 'run' && step.isOwn && stage.isNeeded ? step.script() : undefined
        if (script === undefined) continue
        for (const { name, range } of undeclared(script, globals, names, stage)) {
          names.add(name)
          const { instruction } = step.evaluated
          const line = insertLinesBefore(file.document, instruction, [`ARG ${name}`], { aboveComments: true })
          report({
            message: `$${name} has no value here: this stage does not declare it`,
            range,
            cost: 'The shell replaces it by nothing, without a message.',
            hint: `Write ARG ${name} in this stage: a value that stands before the first FROM, or that the builder has, comes with it.`,
            ...fixOf(`declare it with ARG ${name}`, 'unsafe', [line]),
          })
        }
      }
    }
  },
}

/** What FROM sees and a stage does not, unless it says so. Those of proxies are in each RUN. */
function globalNames({ document, evaluated }: RuleInput): ReadonlySet<string> {
  const declared = document.globalArguments.flatMap(({ declarations }) => declarations.map(({ name }) => name.value))
  const all = [...declared, ...evaluated.globalArguments.keys()]
  return new Set(all.filter((name) => !/^(?:https?|ftp|no|all)_proxy$/i.test(name)))
}

/** The names that an instruction gives to what follows it. */
function namesOf({ evaluated }: Step): readonly string[] {
  if (evaluated.kind === 'env') return evaluated.pairs.map(({ name }) => name)
  return evaluated.kind === 'arg' ? evaluated.declarations.map(({ name }) => name) : []
}

/** Each name once, at the first place. */
function undeclared(
  script: ShellScript,
  globals: ReadonlySet<string>,
  names: ReadonlySet<string>,
  { base, evaluated }: StageFacts,
): readonly ShellVariable[] {
  // A file that is read in, `. /etc/os-release`, may set anything.
  if (script.commands.some(({ program }) => ['.', 'source', 'eval'].includes(program))) return []
  const own = new Set([...script.assigned, ...script.commands.flatMap(readNames)])
  const found = new Map<string, ShellVariable>()
  for (const variable of script.variables) {
    const { name, hasDefault } = variable
    if (hasDefault || !globals.has(name) || names.has(name) || own.has(name) || found.has(name)) continue
    if (evaluated.inheritedVariables.get(name) !== undefined) continue
    if (!evaluated.isEnvironmentKnown && mayBaseHave(base.name?.repository ?? '', name)) continue
    found.set(name, variable)
  }
  return [...found.values()]
}

function readNames({ program, arguments: words }: ShellScript['commands'][number]): readonly string[] {
  return ['read', 'getopts', 'mapfile', 'readarray'].includes(program) ? words.map(({ value }) => value) : []
}

/**
 * Images tell the versions of what is in them: `NODE_VERSION`, `PYTHON_VERSION`. Arguments that the builder has are of no image.
 */
function mayBaseHave(repository: string, name: string): boolean {
  if (/^(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$/.test(name)) return false
  const [word = ''] = name.toLowerCase().split('_')
  return /_(?:VERSION|MAJOR|HOME)$/.test(name) && (repository.includes(word) || !repository.startsWith('library/'))
}

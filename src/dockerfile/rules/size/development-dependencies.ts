import { insertLinesBefore } from '../../edit.ts'
import { addOption } from '../edits/add-option.ts'
import { removeWords } from '../edits/remove-word.ts'
import { fixOf } from '../edits/replace-text.ts'
import { findOption } from '../facts/command-options.ts'
import { dependencyCommand, type DependencyCommand, type DependencyTool } from '../facts/dependency-commands.ts'
import { isForDevelopment } from '../facts/development-images.ts'
import { developmentPackages, namesDevelopmentPackages } from '../facts/development-packages.ts'
import { shippedRuns, visitShippedRuns, type KnownVariable } from '../facts/shipped-steps.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `npm ci` without `--omit=dev`, and what other tools have for it, in the image that is shipped. */
export const developmentDependencies: Rule = {
  name: 'DevelopmentDependencies',
  category: 'size',
  severity: 'warning',
  summary: 'packages that only development needs are installed in the image',
  check(file, report) {
    if (isForDevelopment(file)) return
    const areUsed = usesOrRemovesThem(file)
    const named = new Map<DependencyTool, boolean | undefined>()
    const areNamed = (tool: DependencyTool): boolean | undefined => {
      const known = developmentPackages(tool)
      if (!named.has(tool) && known !== undefined) named.set(tool, namesDevelopmentPackages(file, known))
      return named.get(tool)
    }
    visitShippedRuns(file, ({ commands }, variable) => {
      for (const [at, command] of commands.entries()) {
        const asked = dependencyCommand(command)
        if (asked === undefined || asked.packages.length > 0 || asked.isGlobal) continue
        const assigned: KnownVariable = (name) => valueIn(commands, at, name) ?? variable(name)
        const found = explicit(file, asked) ?? (areUsed ? undefined : implicit(file, asked, assigned, areNamed))
        if (found !== undefined) report({ ...found, range: rangeOf(command, asked) })
      }
    })
  },
}

type Found = Omit<FoundProblem, 'range'>

const cost =
  'Compilers, test runners and linters are often the larger part of what is installed, and bring vulnerabilities of their own.'

/** `pipenv install --dev`, `pip install -r requirements-dev.txt`: what asks for them. */
function explicit({ document }: RuleInput, asked: DependencyCommand): Found | undefined {
  if (asked.tool === 'pipenv') {
    const option = findOption(asked, '--dev', '-d')
    if (option === undefined) return undefined
    const isAlone = option.word.value === option.name
    return {
      message: `${option.name} installs packages that only development needs`,
      cost,
      hint: `Leave ${option.name} out.`,
      ...(isAlone ? fixOf(`remove ${option.name}`, 'unsafe', [removeWords(document, [option.word])]) : {}),
    }
  }
  const list = asked.options.find(
    ({ name, value }) =>
      /^(?:-r|--requirement|--requirements)$/.test(name) &&
      /(?:^|[/._-])(?:dev|development|test|tests|testing|lint)[/._-][^/]*$|requirements[/._-](?:dev|development|tests?|lint)\.\w+$/.test(
        value ?? '',
      ),
  )
  if (asked.tool !== 'pip' || list?.value === undefined) return undefined
  return {
    message: `${list.value} names packages that only development needs`,
    cost,
    hint: 'Install only what the program imports.',
  }
}

/** What installs them because nothing says otherwise. */
function implicit(
  { document }: RuleInput,
  asked: DependencyCommand,
  variable: KnownVariable,
  areNamedBy: (tool: DependencyTool) => boolean | undefined,
): Found | undefined {
  const known = developmentPackages(asked.tool)
  if (known === undefined || !isWhole(asked) || known.isLeftOut(asked, variable)) return undefined
  const areNamed = areNamedBy(asked.tool)
  if (areNamed === false) return undefined
  const { option, variable: setting } = known
  const run = document.instructions.find(
    ({ range }) => range.start <= asked.actionWord.range.start && asked.actionWord.range.end <= range.end,
  )
  return {
    message: `${asked.tool === 'bundler' ? 'bundle install' : `${asked.tool} ${asked.action}`} also installs what only development needs`,
    cost,
    hint: known.hint,
    // Where nobody can see the project's file there may be none.
    ...(areNamed === undefined ? { severity: 'information' } : {}),
    ...(option === undefined ? {} : fixOf(`add ${option}`, 'unsafe', [addOption(document, asked.actionWord, option)])),
    ...(setting === undefined || run === undefined
      ? {}
      : fixOf(`set ${setting.name}`, 'unsafe', [
          insertLinesBefore(document, run, [`ENV ${setting.name}=${setting.value}`]),
        ])),
  }
}

/** Whether a command installs all that the project names. */
function isWhole({ tool, action }: DependencyCommand): boolean {
  return tool === 'uv' ? action === 'sync' : action !== 'add' && action !== 'require' && action !== 'create-project'
}

/** The value that a script gives to a variable before one of its commands, or for it. */
function valueIn(commands: readonly ShellCommand[], at: number, name: string): string | undefined {
  return commands[at]?.assignments.find((each) => each.name === name)?.value?.value
}

/** Whether some command needs what development needs, takes it away again, or configures the tools: a build, `npm prune`. */
function usesOrRemovesThem(file: RuleInput): boolean {
  return shippedRuns(file).some(({ commands }) =>
    commands.some(({ program, arguments: words }) => {
      const [first = '', second = ''] = words.map(({ value }) => value)
      if (/^(?:npm|yarn|pnpm|bun)$/.test(program)) {
        if (first === 'prune' || first === 'workspaces' || first === 'deploy') return true
        if (first === 'config' || first === 'set') return words.some(({ value }) => /omit|production|only/.test(value))
        const script = /^(?:run|run-script|exec|x|dlx)$/.test(first) ? second : first
        return /^(?:build|compile|generate|prepare|test|lint|tsc|webpack|vite|next|nest|ng|turbo|nx|rollup|esbuild|swc)\b/.test(
          script,
        )
      }
      if (program === 'bundle') return first === 'config' && words.some(({ value }) => /without|only/i.test(value))
      if (program === 'composer') return first === 'dump-env' ? false : words.some(({ value }) => value === 'no-dev')
      return /^(?:npx|tsc|webpack|vite|next|nest|ng|turbo|nx|rollup|esbuild|gulp|grunt|parcel)$/.test(program)
    }),
  )
}

function rangeOf(command: ShellCommand, { actionWord }: DependencyCommand): FoundProblem['range'] {
  const { start } = (command.programWord ?? command).range
  return { start, end: Math.max(start, actionWord.range.end) }
}

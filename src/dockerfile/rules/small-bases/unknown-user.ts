import type { EvaluatedText } from '../../evaluated.ts'
import { didYouMean, quote } from '../../reading/report.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { isWithin, resolvePath } from '../facts/paths.ts'
import { mayBeFolder } from '../facts/provided-programs.ts'
import { nestedScriptIndex, programName, shellNames } from '../../script/invocation.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** Names that stand for a number everywhere: they are in the passwd file of the small bases. */
const wellKnown: ReadonlyMap<string, string> = new Map([
  ['nobody', '65534:65534'],
  ['nonroot', '65532:65532'],
])

/** Nobody has more users; each is looked for in all steps before it. */
const namesMax = 20

/** USER with a name that is in no passwd file. */
export const unknownUser: Rule = {
  name: 'UnknownUser',
  category: 'small-base',
  severity: 'error',
  summary: 'USER names somebody whom the image does not know',
  check({ target }, report) {
    if (target?.base.users === undefined) return
    const { users } = target.base
    const asked = new Set<string>()
    const before: Step[] = []
    for (const step of lineageSteps(target)) {
      const { evaluated } = step
      if (evaluated.kind === 'user' && step.isOwn) {
        const name = namedUser(evaluated)
        if (name === undefined || users.has(name) || asked.has(name) || asked.size === namesMax) continue
        asked.add(name)
        if (!before.some((each) => mayAdd(each, name))) report(problem(target, evaluated, name))
      }
      if (evaluated.kind === 'run' || evaluated.kind === 'copy' || evaluated.kind === 'add') before.push(step)
    }
  },
}

/** The name in USER. Undefined for numbers, for root, and where a variable has no value that is known. */
function namedUser({ value, variables }: EvaluatedText): string | undefined {
  const [name = ''] = value.split(':')
  const isKnown = variables.every(({ isSet, operator }) => isSet || operator.startsWith(':'))
  // TrailingComment and ShellOperatorInInstruction speak of names that have more in them.
  return isKnown && name !== '' && name !== 'root' && !/^\d+$|[\s;]/.test(name) ? name : undefined
}

function problem({ base }: StageFacts, { instruction }: EvaluatedText, name: string): FoundProblem {
  const number = wellKnown.get(name)
  const range = instruction.arguments.range
  const meant = didYouMean(name, base.users ?? [])
  const canRun = base.hasProgram('useradd') === true || base.hasProgram('adduser') === true
  const otherwise = canRun ? 'Add it before, with a RUN.' : 'Give a number, or copy a passwd file.'
  const own = base.serviceUser === undefined ? '' : ` The base has the user ${base.serviceUser}.`
  const isPlain = number !== undefined && instruction.arguments.value === name
  return {
    message: `nothing adds a user ${quote(name)}, and the base has none of that name`,
    range,
    cost: 'The container does not start, and a RUN behind it fails: unable to find user.',
    hint: meant ?? (number === undefined ? `${otherwise}${own}` : `A number needs no passwd file: USER ${number}.`),
    ...(isPlain
      ? { fix: { title: `give the number: ${number}`, isSafe: false, edits: [{ range, newText: number }] } }
      : {}),
  }
}

/** Whether a step may add a user. Says yes where it cannot tell. */
function mayAdd(step: Step, name: string): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
    const path = resolvePath(step.workingDirectory, evaluated.destination)
    if (path === '/etc/passwd' || path === undefined) return true
    const { sources } = evaluated
    return isWithin('/etc/passwd', path) && sources.some((source) => mayBeFolder(source) || /passwd|etc$/.test(source))
  }
  const script = step.script()
  return script === undefined || script.commands.some((command) => mayAddUser(command, name))
}

function mayAddUser(command: ShellCommand, name: string): boolean {
  const { program, arguments: words, redirections, programWord } = command
  const asked = packageCommand(command)
  // Packages of servers bring a user: nginx, postgresql, redis-server.
  if (asked !== undefined) return asked.packages.some(({ value, isLiteral }) => !isLiteral || isRelated(value, name))
  if (program === '') return command.words.length > 0
  if (/^(?:useradd|adduser|newusers|usermod|groupadd|addgroup)$/.test(program)) {
    return words.some(({ value, isLiteral }) => !isLiteral || value === name || value.startsWith(`${name}:`))
  }
  if (shellNames.has(program) && nestedScriptIndex(command) === -1) return true
  const touched = [...words, ...redirections.flatMap(({ target }) => target ?? [])]
  return (
    programWord?.value.endsWith('.sh') === true ||
    program === 'make' ||
    program === 'source' ||
    program === '.' ||
    touched.some(({ value }) => /\/etc(?:\/passwd)?$/.test(value) || programName(value) === name)
  )
}

function isRelated(value: string, name: string): boolean {
  return value.includes(name) || name.includes(value.split(/[-0-9.=:]/)[0] ?? '') || value.includes('*')
}

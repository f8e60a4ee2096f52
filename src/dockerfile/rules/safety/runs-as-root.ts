import type { EvaluatedText } from '../../evaluated.ts'
import type { RelatedPlace } from '../../diagnostic.ts'
import { setUser } from '../edits/set-user.ts'
import { addedUsers, type AddedUser } from '../facts/added-users.ts'
import type { BaseFacts } from '../facts/base-images.ts'
import { containerCommand } from '../facts/container-command.ts'
import { dropsRoot, isImageThatDrops } from '../facts/root-dropping.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import { isRoot } from '../facts/users.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** Programs that run as root because nobody said otherwise. */
export const runsAsRoot: Rule = {
  name: 'RunsAsRoot',
  category: 'safety',
  severity: 'warning',
  summary: 'the program of the container runs as root',
  check(file, report) {
    const { target } = file
    if (target === undefined) return
    const steps = lineageSteps(target)
    const last = lastUser(steps)
    if (target.base.isWindows) {
      if (last?.evaluated.value === 'ContainerAdministrator' && last.step.isOwn) report(ofWindows(last.evaluated))
      return
    }
    const found = judge(file, target, last)
    if (found !== undefined) report(withUser(file, target, steps, last, found))
  },
}

interface LastUser {
  readonly step: Step
  readonly evaluated: EvaluatedText
}

function lastUser(steps: readonly Step[]): LastUser | undefined {
  for (const step of steps.toReversed()) {
    if (step.evaluated.kind === 'user') return { step, evaluated: step.evaluated }
  }
  return undefined
}

/** Whether the stage has a USER that says nobody, or one for the images that are built on it. */
function isMeant({ evaluated }: StageFacts): boolean {
  return evaluated.stage.instructions.some(
    (each) =>
      (each.kind === 'invalid' && each.name === 'USER') || (each.kind === 'onbuild' && each.trigger.kind === 'user'),
  )
}

type Judgement = Pick<FoundProblem, 'message' | 'range' | 'severity'>

/** Whether the container runs as root, as far as that is known. */
function judge(file: RuleInput, target: StageFacts, last: LastUser | undefined): Judgement | undefined {
  const { base, end, evaluated } = target
  const { entrypoint, cmd } = containerCommand(file)
  const isRun = entrypoint !== undefined || cmd !== undefined
  const from = evaluated.stage.from.base.range
  if (isMeant(target)) return undefined
  if (last === undefined && end.user === undefined) {
    if (base.name === undefined || !isRun) return undefined
    return {
      severity: 'information',
      message: 'nothing says who runs the program: without USER the base decides',
      range: from,
    }
  }
  // The builder of functions for AWS Lambda has a user of its own for them.
  if (
    isRoot(end.user) !== true ||
    (base.isScratch && !isRun) ||
    base.officialName?.startsWith('public.ecr.aws/lambda/') === true
  )
    return undefined
  const drops = dropsRoot(file)
  const isNginx = base.officialName === 'nginx' && drops === true
  if (drops === true && !isNginx) return undefined
  const isOwn = last?.step.isOwn === true && last.step.evaluated.origin === 'stage'
  return {
    ...(isNginx || drops === undefined || !isRun ? { severity: 'information' } : {}),
    message: isNginx
      ? 'the first process of nginx runs as root'
      : last === undefined
        ? 'nothing sets USER, so the program runs as root'
        : 'the program runs as root',
    range: isOwn ? last.evaluated.instruction.arguments.range : from,
  }
}

const cost =
  'Whoever breaks into the program may change everything in the container, and is one hole of the kernel away from being root outside.'

/** Says whom to take. */
function withUser(
  file: RuleInput,
  target: StageFacts,
  steps: readonly Step[],
  last: LastUser | undefined,
  found: Judgement,
): FoundProblem {
  const { base } = target
  const added = steps.filter(({ isOwn }) => isOwn).flatMap((step) => addedUsers(step))
  const user = userFor(base, added)
  const edits = user === undefined ? undefined : setUser(file.document, target, last?.evaluated.instruction, user)
  return {
    ...found,
    cost,
    hint: hintFor(base, user),
    related: [
      ...added.slice(0, 1).map(({ range }) => ({ message: 'this user is added, and never taken', range })),
      ...otherUsers(file, target),
    ],
    ...(edits === undefined ? {} : { fix: { title: `run as ${user}`, isSafe: false, edits } }),
  }
}

/** The user to take: the only one that is added, that of the base, or a number where there are no names. */
function userFor(base: BaseFacts, added: readonly AddedUser[]): string | undefined {
  const { officialName, serviceUser, isScratch } = base
  const names = [...new Set(added.map(({ name }) => name))]
  if (names.length > 0) return names.length === 1 ? names[0] : undefined
  if (isScratch) return '65532:65532'
  // The user of a server is not one for another program.
  if (isImageThatDrops(base)) return undefined
  return officialName?.startsWith('mcr.microsoft.com/dotnet/') === true && serviceUser === 'app'
    ? '$APP_UID'
    : serviceUser
}

function hintFor({ officialName, packageManager, name }: BaseFacts, user: string | undefined): string {
  if (officialName === 'nginx') return 'nginxinc/nginx-unprivileged is the same without root; it listens on 8080.'
  const end = 'before CMD or ENTRYPOINT; files that it writes to have to be its own (COPY --chown)'
  if (user !== undefined) return `Say USER ${user} ${end}.`
  if (packageManager === 'apk') return `Add one, RUN adduser -S app, and say USER app ${end}.`
  if (packageManager === 'none' || name === undefined) return `Say USER with a number, 65532, ${end}.`
  return `Add one, RUN useradd --system app, and say USER app ${end}.`
}

/** USER in stages that are thrown away: where it was meant to work. */
function otherUsers({ stages }: RuleInput, target: StageFacts): readonly RelatedPlace[] {
  const lineage = new Set<StageFacts>()
  for (let at: StageFacts | undefined = target; at !== undefined; at = at.parent) lineage.add(at)
  const other = stages
    .filter((stage) => stage.isNeeded && !lineage.has(stage))
    .flatMap(({ steps }) => steps)
    .find(({ evaluated, isOwn }) => isOwn && evaluated.kind === 'user' && isRoot(evaluated.value) === false)
  const range = other?.evaluated.instruction.range
  return range === undefined ? [] : [{ message: 'this USER is in a stage that is not shipped', range }]
}

function ofWindows({ instruction }: EvaluatedText): FoundProblem {
  return {
    message: 'the program runs as the administrator of the container',
    range: instruction.arguments.range,
    cost,
    hint: 'Say USER ContainerUser before CMD or ENTRYPOINT.',
  }
}

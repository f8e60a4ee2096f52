import type { EvaluatedStage } from '../dockerfile/evaluated.ts'
import { configEnvironment } from '../image/config-environment.ts'
import type { CopyPlan, CopyPlanInput } from './copy-plan.ts'
import { SlimError } from './errors.ts'
import { planCopies } from './plan-copies.ts'
import type { RewriteInput } from './rewrite-input.ts'
import { appendStages, applyReasoned, type ReasonedEdit, type RewriteChange } from './rewrite/append-parts.ts'
import { finalCopies } from './rewrite/final-copies.ts'
import { finalSettings, type SettingsInput } from './rewrite/final-settings.ts'
import { supportsLink, syntaxEdits } from './rewrite/frontend-syntax.ts'
import { editInPlace } from './rewrite/in-place.ts'
import { lastStage, type LastStage } from './rewrite/last-stage.ts'
import { leftOutVariables } from './rewrite/left-out-variables.ts'
import { moveSettings } from './rewrite/move-settings.ts'
import { slimUser, type SlimUser } from './rewrite/slim-user.ts'
import { freeFolder, freeName, nameStage } from './rewrite/stage-names.ts'
import { isEmptyPlan, needsTrimmedStage, trimmedStage } from './rewrite/trimmed-stage.ts'
import { withoutOwn } from './rewrite/without-own.ts'

/** A Dockerfile with a final stage of what the app uses. */
export interface RewrittenDockerfile {
  readonly text: string
  /** In the order of the lines. */
  readonly changes: readonly RewriteChange[]
  readonly plan: CopyPlan
  /** Whether the user's last stage goes on as the final one. */
  readonly keepsLastStage: boolean
  /** Whether a shell starts the app: then it has to be kept. */
  readonly needsShell: boolean
  /** Variables whose values are written out in the command. */
  readonly fixedVariables: readonly string[]
  /** Whom the slim image runs as, as USER says it. */
  readonly user: string
}

/**
 * Writes the user's Dockerfile with a final stage of the kept files: the text stays as it is, but for the name of the stage, the line that
 * asks for a frontend which knows `COPY --link`, and what is said of the container, which moves to the final stage. Where the last lines of the last of several stages do
 * the same upon nothing, that stage is cut in two, and they stay the final stage: it begins with what is used of what is above them.
 *
 * @throws SlimError `cannot-rewrite` for a Dockerfile without the target
 */
export function rewriteDockerfile(input: RewriteInput): RewrittenDockerfile {
  const { evaluated, config, launch, accounts } = input
  const { document, target } = evaluated
  if (target === undefined) {
    throw new SlimError('cannot-rewrite', 'the Dockerfile has no stage to slim', { hint: 'Name one that it has.' })
  }
  const user = slimUser(config.User ?? '', accounts, input.rootReason)
  const found = lastStage(input, user)
  const planned = found === undefined ? undefined : planCopies(planInput(input, target, user, found))
  // Nothing can be copied of nothing, and nothing is where all is there.
  const hasOrigin = target.base.kind !== 'scratch' && input.base === undefined
  const last = !hasOrigin && planned !== undefined && !isEmptyPlan(planned) ? undefined : found
  const plan =
    last === undefined || planned === undefined ? planCopies(planInput(input, target, user, undefined)) : planned
  const settings = settingsInput(input, user, last)
  const written =
    last === undefined ? appended(input, target, plan, settings) : editInPlace(input, last, plan, settings)
  const asked = isEmptyPlan(plan) ? [] : syntaxEdits(document)
  const { text, changes } = applyReasoned(document.text, [...asked, ...written])
  const { needsShell, fixedVariables } = launch
  return { text, changes, plan, keepsLastStage: last !== undefined, needsShell, fixedVariables, user: user.text }
}

/** The stages behind the text. */
function appended(
  { evaluated, tree, config, base }: RewriteInput,
  target: EvaluatedStage,
  plan: CopyPlan,
  settings: SettingsInput,
): readonly ReasonedEdit[] {
  const { document } = evaluated
  const { escape } = document
  const origin = nameStage(document, target.stage)
  const names = {
    ...{ origin: origin.name, stage: freeName('trimmed', document, [origin.name]) },
    folder: freeFolder('/slim', tree),
  }
  const isRoot = /^(?:|0|root)(?:$|:)/.test(config.User ?? '')
  const prepared = needsTrimmedStage(plan)
    ? trimmedStage(plan, names, { isRoot, hasOwnShell: (config.Shell ?? []).length > 0 }, { escape })
    : []
  const from = `FROM ${base?.reference ?? 'scratch'}`
  const moved = moveSettings(evaluated, target.stage, finalSettings(settings))
  const shipped = [
    { title: 'add a final stage', comment: 'What is shipped: only what the app uses', lines: [from] },
    ...finalCopies(plan, names, { escape, hasLink: supportsLink(document) }),
    ...moved.parts,
  ]
  return [...origin.edits, ...moved.edits, appendStages(document, [prepared, shipped])]
}

/** Where the stage has ONBUILD of its own, a stage that begins with it would run that: then nothing can be prepared. */
function planInput(
  { tree, ledger, base, writablePaths, newFolders = [], rootReason, launch }: RewriteInput,
  { stage }: EvaluatedStage,
  owner: CopyPlanInput['owner'],
  last: LastStage | undefined,
): CopyPlanInput {
  const hasTriggers = stage.instructions.some(({ kind }) => kind === 'onbuild')
  return {
    ...{ tree, ledger, owner, writablePaths, newFolders, baseTree: last?.own ?? base?.tree },
    dropsSetIds: rootReason === undefined,
    workingDirectory: launch.workingDirectory,
    ...(hasTriggers ? { canRun: false } : {}),
  }
}

function settingsInput(input: RewriteInput, user: SlimUser, last: LastStage | undefined): SettingsInput {
  const { evaluated, config, launch, base } = input
  const kept = keptPaths(input)
  const leftOut = leftOutVariables(config, evaluated, (folder) => kept.folders.has(folder))
  return {
    ...{ launch, user, leftOut, baseConfig: base?.config ?? {}, escape: evaluated.document.escape },
    config: last === undefined ? config : withoutOwn(config, last.evaluated.instructions.slice(last.cut)),
    isKept: (path) => kept.files.has(path) || base?.tree.get(path) !== undefined,
  }
}

interface KeptPaths {
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
}

/** Kept files, and folders in which one lies that is also reached by links of the image. */
function keptPaths({ ledger, tree, config }: RewriteInput): KeptPaths {
  const files = new Set<string>()
  const real = new Set<string>()
  for (const { path, isKept } of ledger.verdicts) {
    if (!isKept || tree.get(path)?.kind === 'directory') continue
    files.add(path)
    real.add(path.slice(0, path.lastIndexOf('/')) || '/')
  }
  const path = configEnvironment(config).get('PATH') ?? ''
  const folders = path.split(':').filter((folder) => real.has(tree.resolve(folder)?.path ?? folder))
  return { files, folders: new Set(folders) }
}

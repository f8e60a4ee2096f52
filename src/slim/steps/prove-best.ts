import type { Job } from '../../std/job.ts'
import type { ProveOutcome } from '../prove/prove.ts'
import { isRootUser } from '../prove/restraints.ts'
import { evaluateText } from './evaluate-text.ts'
import { foldersOfFiles } from './writable-paths.ts'
import { openFinalBase } from './final-base.ts'
import type { MadeImage } from './prove-tools.ts'
import type { Situation } from './situation.ts'

/**
 * Proves a slim image of another form where the first cannot be proved: with a stage behind the user's last one, where that had gone on as the
 * final stage; or upon the image that the last stage begins with, where that has no shell, and so nothing that could bring its links.
 */
export async function proveBest(situation: Situation, attempt: Attempt, job: Job): Promise<ProveOutcome<MadeImage>> {
  const outcome = await attempt(situation)
  return (
    (await proveWithoutRoot(situation, outcome, attempt)) ?? (await proveOtherwise(situation, outcome, attempt, job))
  )
}

type Attempt = (situation: Situation) => Promise<ProveOutcome<MadeImage>>

/**
 * A file that another one takes the place of looks like one that was written to where its folder is not watched. So what does with root's
 * rights alone is tried once more as nobody in particular, whom the folders of such files belong to.
 */
async function proveWithoutRoot(
  situation: Situation,
  outcome: ProveOutcome<MadeImage>,
  attempt: Attempt,
): Promise<ProveOutcome<MadeImage> | undefined> {
  const { writablePaths, tree } = situation
  const wider = foldersOfFiles(writablePaths, tree)
  if (!isRootUser(outcome.restraint.user) || outcome.differences.length > 0 || wider.length === 0) return undefined
  const other = await attempt({ ...situation, writablePaths: [...writablePaths, ...wider] })
  if (other.differences.length > 0 || isRootUser(other.restraint.user)) return undefined
  return other
}

async function proveOtherwise(
  situation: Situation,
  outcome: ProveOutcome<MadeImage>,
  attempt: Attempt,
  job: Job,
): Promise<ProveOutcome<MadeImage>> {
  const { plan, keepsLastStage } = outcome.made.dockerfile
  if (outcome.differences.length === 0 || situation.base !== undefined) return outcome
  const own = plan.lost.length > 0 ? baseReference(situation) : undefined
  if (own === undefined) return keepsLastStage ? await attempt({ ...situation, stage: undefined }) : outcome
  const { request, machinery, source } = situation
  await using base = await openFinalBase({ ...request, finalBase: own }, machinery, source.image.platform, job)
  return await attempt({ ...situation, base })
}

/** The image that the target's stage begins with. */
function baseReference({ source, request }: Situation): string | undefined {
  const base = evaluateText(source.text, request).target?.base
  return base?.kind === 'image' ? base.reference : undefined
}

import type { BuiltImage } from '../../build/built-image.ts'
import { StepError } from '../../build/errors.ts'
import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import { truncate } from '../../std/text-width.ts'
import type { AppLaunch, Restraint } from '../app-session.ts'
import { decide } from '../decide.ts'
import type { DecideInput } from '../decide-input.ts'
import { SlimError } from '../errors.ts'
import type { Facts } from '../facts.ts'
import { gatherFacts } from '../gather-facts.ts'
import type { Ledger } from '../ledger.ts'
import { planForImage } from '../plan-probes.ts'
import { probeApp } from '../probe-app.ts'
import type { Attempt, Check, ProveTools, RunnableImage } from '../prove/prove.ts'
import { namedPaths } from '../prove/named-in-log.ts'
import { isRootUser } from '../prove/restraints.ts'
import { evaluateText } from './evaluate-text.ts'
import { layersWithout } from '../prove/without-paths.ts'
import type { ProbeRecord } from '../probe.ts'
import { restraintText } from '../restraint-text.ts'
import { rewriteDockerfile, type RewrittenDockerfile } from '../rewrite-dockerfile.ts'
import { buildText } from './build-text.ts'
import { launchWithHome } from './launch-with-home.ts'
import { isOfTheImage } from './of-the-image.ts'
import { appLaunch, askApp } from './run-app.ts'
import type { Situation } from './situation.ts'
import { missingVolumes, volumeFolders } from './writable-paths.ts'

/** A slim image with the Dockerfile that makes it. */
export interface MadeImage extends Attempt {
  readonly image: BuiltImage
  readonly dockerfile: RewrittenDockerfile
}

/** Proving, with real builds and real runs. */
export function proveTools(situation: Situation): ProveTools<MadeImage> {
  const { request, machinery, plan, compare, source } = situation
  let facts: Facts | undefined
  let { stage } = situation
  const build = async (ledger: Ledger, restraint: Restraint, job: Job): Promise<MadeImage> => {
    const dockerfile = rewriteDockerfile({ ...rewriteInput(situation, ledger, restraint), stage })
    try {
      return { image: await buildText(dockerfile.text, undefined, request, machinery, job), ledger, dockerfile }
    } catch (error) {
      if (!(error instanceof StepError)) throw error
      if (!dockerfile.keepsLastStage) throw cannotBuild(error)
      // A stage behind the others takes nothing away from them.
      stage = undefined
      return await build(ledger, restraint, job)
    }
  }
  return {
    async make(repairs, restraint, job) {
      const input = decideInput(situation, repairs)
      facts = await gatherFacts(situation.tree, source.image.config, input, job, facts)
      return await build(decide(facts, input), restraint, job)
    },
    async check(image, restraint, job): Promise<Check> {
      try {
        const title = `Asking the slim image, ${restraintText(restraint)}`
        const record = await askApp(
          title,
          appLaunch(request, image, restraint),
          planForImage(plan, image.config),
          machinery.runner,
          job,
        )
        const differences = compare(record)
        return { record, said: [outputOf(record), ...differences.map(({ after }) => after)].join('\n'), differences }
      } catch (error) {
        job.signal.throwIfAborted()
        if (!isOfTheImage(error)) throw error
        const difference = { title: 'start', what: 'no answer', before: 'it started', after: error.message }
        return { record: undefined, said: error.message, differences: [difference] }
      }
    },
    async findMissing({ image, ledger }, restraint, job) {
      const drive = async (app: Parameters<typeof probeApp>[0]): Promise<void> => {
        await probeApp(app, planForImage(plan, image.config), job)
      }
      const launch = appLaunch(request, image, restraint)
      const missing = (await findMissing(machinery.runner, launch, drive, job)) ?? []
      const dropped = new Set(ledger.verdicts.flatMap(({ path, isKept }) => (isKept ? [] : [path])))
      const names = missing.flatMap((path) => [path, situation.tree.resolve(path)?.path ?? path])
      return [...new Set(names)].filter((path) => dropped.has(path))
    },
    findNamed({ ledger }, said) {
      const dropped = ledger.verdicts.flatMap(({ path, isKept }) => (isKept ? [] : [path]))
      return namedPaths(said, dropped, situation.launch.workingDirectory)
    },
    async beforeWithout({ image }, gone, job): Promise<RunnableImage> {
      return { config: image.config, layers: await layersWithout(source.image.layers, gone, job) }
    },
  }
}

function outputOf({ stdout, stderr, asked }: ProbeRecord): string {
  const unanswered = asked.flatMap(({ answer }) => (answer.kind === 'none' ? [answer.reason] : []))
  const commands = asked.flatMap(({ answer }) => (answer.kind === 'process' ? [answer.stdout, answer.stderr] : []))
  const texts = [stdout, stderr, ...commands].map((bytes) => Buffer.from(bytes).toString())
  return [...texts, ...unanswered].join('\n')
}

const titleColumnsMax = 120

/** What was written here fails by our mistake, and not by a line of the user's file. */
function cannotBuild(error: StepError): SlimError {
  const said = error.output.slice(-5).map((line) => `\n  ${printable(line)}`)
  const message = `the Dockerfile that was written does not build: ${truncate(printable(error.title), titleColumnsMax)}${said.join('')}`
  return new SlimError('cannot-rewrite', message, {
    cause: error,
    hint: 'Try it with --improve=false, or --keep what it removes.',
  })
}

/** An app that cannot even start is looked for in vain: then only halves can tell. */
async function findMissing(
  runner: Situation['machinery']['runner'],
  launch: AppLaunch,
  drive: Parameters<typeof runner.findMissing>[1],
  job: Job,
): Promise<readonly string[] | undefined> {
  try {
    return await runner.findMissing(launch, drive, job)
  } catch (error) {
    job.signal.throwIfAborted()
    if (!isOfTheImage(error)) throw error
    return undefined
  }
}

function decideInput({ request, seen, launch, source }: Situation, repairs: ReadonlyMap<string, string>): DecideInput {
  return {
    opened: seen.accessed.opened,
    executed: seen.accessed.executed,
    written: seen.written,
    command: [...(launch.entrypoint ?? []), ...(launch.command ?? [])],
    keep: request.keep,
    exclude: request.drop,
    repairs,
    madeOf: source.madeOf ?? new Map<string, string>(),
    baseLayers: source.image.baseLayers,
  }
}

function rewriteInput(
  situation: Situation,
  ledger: Attempt['ledger'],
  { user }: Restraint,
): Parameters<typeof rewriteDockerfile>[0] {
  const { request, source, tree, accounts } = situation
  const isRoot = isRootUser(user)
  const config = source.image.config.config ?? {}
  // Whom the app runs as has to have its volumes, too: a new one belongs to whom the image's folder belongs to.
  const writablePaths = [...situation.writablePaths, ...(isRoot ? [] : volumeFolders(config, tree))]
  return {
    newFolders: isRoot ? [] : missingVolumes(config, tree),
    ...{ tree, accounts, ledger, writablePaths, base: situation.base, config },
    launch: launchWithHome(situation, isRoot),
    evaluated: evaluateText(source.text, request),
    rootReason: isRoot ? 'the app answers differently as another user' : undefined,
  }
}

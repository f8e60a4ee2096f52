import type { ExitResult } from '../sandbox/process-spec.ts'
import { forEachConcurrently } from '../std/concurrency.ts'
import type { Job } from '../std/job.ts'
import { httpModule } from '../std/node-modules.ts'
import type { AppSession } from './app-session.ts'
import type { AskedProbe, Probe, ProbeAnswer, ProbePlan, ProbeRecord } from './probe.ts'
import { endedEarly, endedMeanwhile, failedConnection, neverReady } from './probing/app-failure.ts'
import { ProbeAsker } from './probing/ask-probe.ts'
import { explore, type Asked } from './probing/explore.ts'
import { probeTitles } from './probing/probe-title.ts'
import { portsOf, waitReady, type Readiness } from './probing/wait-ready.ts'

const togetherMax = 8
/** How long it may take until the end of an app is known that answers no more. */
const endMs = 300

/**
 * Asks a running app everything that is planned: in order, then the same once again, then some of it at the same time. An answer that does
 * not come is an answer too.
 *
 * @param app not asked by anybody else meanwhile
 * @throws SlimError `never-ready`, `nothing-to-probe`, unless the plan is a repetition
 */
export async function probeApp(app: AppSession, plan: ProbePlan, job: Job): Promise<ProbeRecord> {
  // Loaded before the app is ready, so that its first answer is not measured with that.
  httpModule()
  const ready = await waitReady(app, plan, job)
  if (ready.kind === 'ended') return afterEnd(app, plan, ready.result)
  if (ready.kind === 'late') {
    if (!plan.isRepeat) throw neverReady(plan, app.output())
    return recordOf(app, withoutAnswers(plan, `it was not ready within ${plan.readyMs} ms`))
  }
  const asker = new ProbeAsker(app, plan, ready)
  const asked = await askInRounds(asker, plan, ready, job)
  const isSilent = asked.some(({ answer }) => answer.kind === 'none')
  const ended = await endOf(app, isSilent ? endMs : 0, job)
  if (ended !== undefined && !plan.isRepeat) throw endedMeanwhile(ended, lastAnswered(asked), app.output())
  return {
    ...recordOf(app, asked),
    readyMs: ready.kind === 'listens' ? ready.readyMs : undefined,
    firstAnswerMs: asker.firstAnswerMs,
    ports: ready.kind === 'listens' && ended === undefined ? await portsOf(app, job) : [],
    endedEarly: ended,
  }
}

/**
 * The plan that asks what was asked in a record, and nothing else: for further runs of the same app. With it, an app that fails is not an
 * error, and one that takes much longer to be ready is given up sooner.
 */
export function repeatPlan(plan: ProbePlan, record: ProbeRecord): ProbePlan {
  const first = record.asked.filter(({ round }) => round === 'first')
  const probes = first.map(({ probe }) => probe)
  const isTool = probes.every(({ kind }) => kind === 'exit')
  const takenMs = record.readyMs ?? Math.max(0, ...first.map(({ answer }) => elapsedOf(answer)))
  const readyMs = Math.min(plan.readyMs, Math.max(10_000, Math.ceil(10 * takenMs)))
  return { ...plan, probes, readyMs, explores: false, isRepeat: true, expects: isTool ? 'ends' : 'listens' }
}

async function askInRounds(
  asker: ProbeAsker,
  plan: ProbePlan,
  ready: Readiness,
  job: Job,
): Promise<readonly AskedProbe[]> {
  const given: Asked[] = []
  const planned = plan.probes.filter(({ kind }) => kind !== 'exit')
  for (const probe of planned) given.push({ probe, answer: await asker.ask(probe, job) })
  const isExplored = plan.explores && ready.kind === 'listens'
  const others = isExplored ? ready.ports.filter((port) => port !== ready.port) : []
  const found = isExplored ? await explore(given, others, (probe, inner) => asker.ask(probe, inner), job) : []
  const first = [...given, ...found]
  const titles = probeTitles(first.map(({ probe }) => probe))
  const titled = first.map(({ probe, answer }, index) => ({ title: titles[index] ?? '', probe, answer }))
  const again: AskedProbe[] = []
  for (const { title, probe } of titled.filter(({ probe }) => probe.kind !== 'command')) {
    again.push({ title, probe, round: 'again', answer: await asker.ask(probe, job) })
  }
  const together = await askTogether(asker, titled.filter(isCalm).slice(0, togetherMax), job)
  return [...titled.map((asked): AskedProbe => ({ ...asked, round: 'first' })), ...again, ...together]
}

/** What can be asked at the same time without harm. */
function isCalm({ probe, answer }: Asked): boolean {
  return probe.kind === 'http' && /^(?:GET|HEAD)$/.test(probe.method) && answer.kind === 'http'
}

async function askTogether(
  asker: ProbeAsker,
  probes: readonly { readonly title: string; readonly probe: Probe }[],
  job: Job,
): Promise<readonly AskedProbe[]> {
  const answers = new Map<string, ProbeAnswer>()
  await forEachConcurrently(probes, togetherMax, job, async ({ title, probe }, inner) => {
    answers.set(title, await asker.ask(probe, inner))
  })
  return probes.flatMap(({ title, probe }) => {
    const answer = answers.get(title)
    return answer === undefined ? [] : [{ title, probe, round: 'together' as const, answer }]
  })
}

/** Of an app that ended before it listened: a tool, whose end is the answer, or a server that failed. */
function afterEnd(app: AppSession, plan: ProbePlan, result: ExitResult): ProbeRecord {
  const { stdout, stderr } = app.output()
  if (plan.isRepeat && plan.expects !== 'ends') {
    return { ...recordOf(app, withoutAnswers(plan, 'it ended before it listened on a port')), endedEarly: result }
  }
  if (plan.expects === 'listens' || (plan.expects === 'anything' && hasFailed(app, result))) {
    throw endedEarly(result, app.output())
  }
  const answer = { kind: 'process' as const, result, stdout, stderr, elapsedMs: app.elapsedMs() }
  return recordOf(app, [{ title: 'exit', probe: { kind: 'exit' }, round: 'first', answer }])
}

/** A tool may end with another status than 0, when it says how it is used. */
function hasFailed(app: AppSession, result: ExitResult): boolean {
  if (result.kind === 'signaled' || result.status >= 126) return true
  const { stdout, stderr } = app.output()
  return result.status !== 0 && failedConnection(Buffer.concat([stdout, stderr]).toString()) !== undefined
}

function withoutAnswers({ probes }: ProbePlan, reason: string): readonly AskedProbe[] {
  const titles = probeTitles(probes)
  const answer = { kind: 'none' as const, reason }
  return probes.map((probe, index) => ({ title: titles[index] ?? '', probe, round: 'first', answer }))
}

function recordOf(app: AppSession, asked: readonly AskedProbe[]): ProbeRecord {
  const { stdout, stderr } = app.output()
  return { asked, readyMs: undefined, firstAnswerMs: undefined, ports: [], endedEarly: undefined, stdout, stderr }
}

async function endOf(app: AppSession, waitMs: number, job: Job): Promise<ExitResult | undefined> {
  const running = waitMs === 0 ? Promise.resolve() : job.clock.sleep(waitMs, job.signal)
  return (await Promise.race([app.ended, running])) ?? undefined
}

function lastAnswered(asked: readonly AskedProbe[]): string | undefined {
  return asked.find(({ answer }) => answer.kind === 'none')?.title
}

function elapsedOf(answer: ProbeAnswer): number {
  return answer.kind === 'none' ? 0 : answer.elapsedMs
}

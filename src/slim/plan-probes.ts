import type { ImageConfig } from '../image/config.ts'
import type { Probe, ProbePlan } from './probe.ts'
import { getProbe } from './probing/explore.ts'

/** What the user said about how the app is to be asked. */
export interface GivenProbes {
  /** In order; none: GET /, what that leads to, and the image's health check. */
  readonly probes: readonly Probe[]
  /** Whether links are followed; undefined: where no probes are given. */
  readonly explores: boolean | undefined
  /** How long the app may take until it listens, or ends; undefined: half a minute. */
  readonly readyMs: number | undefined
  /** How long one answer may take; undefined: ten seconds. */
  readonly answerMs: number | undefined
}

const usualReadyMs = 30_000
const usualAnswerMs = 10_000

/**
 * How an app is asked, from what its image says and what its user adds: the given probes or GET / and what that leads to, and the image's
 * HEALTHCHECK. Without exposed ports and without probes it may be a tool, whose end is the answer.
 */
export function planProbes(config: ImageConfig, given: GivenProbes): ProbePlan {
  const ports = exposedPorts(config)
  const health = healthCommand(config)
  const asked: readonly Probe[] = given.probes.length > 0 ? given.probes : [getProbe('/')]
  const isTool = given.probes.some(({ kind }) => kind === 'exit')
  const isServer = ports.length > 0 || given.probes.some(({ kind }) => kind === 'http')
  return {
    probes: health === undefined || isTool ? asked : [...asked, { kind: 'health', command: health }],
    explores: given.explores ?? given.probes.length === 0,
    ports,
    expects: isTool ? 'ends' : isServer ? 'listens' : 'anything',
    isRepeat: false,
    readyMs: given.readyMs ?? usualReadyMs,
    answerMs: given.answerMs ?? usualAnswerMs,
  }
}

/** The same plan for another image of the same app: its own health check in place of the other's, or none where it has none. */
export function planForImage(plan: ProbePlan, config: ImageConfig): ProbePlan {
  const command = healthCommand(config)
  const probes = plan.probes.flatMap((probe): readonly Probe[] => {
    if (probe.kind !== 'health') return [probe]
    return command === undefined ? [] : [{ kind: 'health', command }]
  })
  return { ...plan, probes }
}

/** The command of an image's HEALTHCHECK as it is executed; undefined where there is none (moby, image/spec, "Healthcheck"). */
function healthCommand({ config }: ImageConfig): readonly string[] | undefined {
  const [form, ...words] = config?.Healthcheck?.Test ?? []
  if (words.length === 0) return undefined
  if (form === 'CMD') return words
  return form === 'CMD-SHELL' ? [...(config?.Shell ?? ['/bin/sh', '-c']), ...words] : undefined
}

/** TCP ports, as written: `8080/tcp`, `8080`. */
function exposedPorts({ config }: ImageConfig): readonly number[] {
  return Object.keys(config?.ExposedPorts ?? {})
    .map((name) => /^(\d+)(?:\/tcp)?$/.exec(name)?.[1])
    .filter((port) => port !== undefined)
    .map(Number)
}

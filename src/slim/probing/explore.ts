import type { Job } from '../../std/job.ts'
import type { Probe, ProbeAnswer } from '../probe.ts'
import type { HttpProbe } from './http-exchange.ts'
import { findLinks } from './links.ts'
import { openApiLinks, openApiPaths } from './open-api.ts'

/** A probe that was asked once. */
export interface Asked {
  readonly probe: Probe
  readonly answer: ProbeAnswer
}

/** A path that no app has: many read files for the page that says so. */
const missingPath = '/wherry-probe-of-what-is-not-there'

const probesMax = 64
const bytesMax = 32 * 1024 * 1024
const elapsedMsMax = 20_000
/** `/users/1`, `/users/2`, … show the same thing. */
const alikeMax = 3

/** A GET of a path, without anything else. */
export function getProbe(path: string, port?: number): HttpProbe {
  return { kind: 'http', method: 'GET', path, port, headers: new Map(), body: undefined }
}

/**
 * Asks what answers lead to: their links, an OpenAPI document where servers have it, what is not there. Bounded in number, bytes and time.
 *
 * @param begun what was asked already
 * @param ports where the app listens, and nothing was asked so far
 * @returns what was asked in addition, in a fixed order
 */
export async function explore(
  begun: readonly Asked[],
  ports: readonly number[],
  ask: (probe: HttpProbe, job: Job) => Promise<ProbeAnswer>,
  job: Job,
): Promise<readonly Asked[]> {
  const startMs = performance.now()
  const found: Asked[] = []
  const seen = new Map(begun.flatMap(({ probe }) => (probe.kind === 'http' ? [[keyOf(probe), true]] : [])))
  const alike = new Map<string, number>()
  const queue: HttpProbe[] = []
  let bytes = 0
  const add = (probe: HttpProbe): void => {
    const shape = keyOf({ ...probe, path: probe.path.replaceAll(/\d+/g, '#').replace(/=[^&]*/g, '=') })
    const count = alike.get(shape) ?? 0
    if (seen.has(keyOf(probe)) || count >= alikeMax) return
    seen.set(keyOf(probe), true)
    alike.set(shape, count + 1)
    queue.push(probe)
  }
  const follow = ({ probe, answer }: Asked): void => {
    if (probe.kind !== 'http' || answer.kind !== 'http') return
    bytes += answer.bodyBytes
    for (const path of linksOf(probe, answer)) add(getProbe(path, probe.port))
  }
  for (const port of ports) add(getProbe('/', port))
  for (const asked of begun) follow(asked)
  const guesses = openApiPaths.map((path) => getProbe(path))
  for (const probe of guesses) add(probe)
  add(getProbe(missingPath))
  for (let probe = queue.shift(); probe !== undefined; probe = queue.shift()) {
    const isOver = bytes > bytesMax || performance.now() - startMs > elapsedMsMax
    if (found.length >= probesMax || isOver) break
    const answer = await ask(probe, job)
    // What was only guessed, and is not there, shows nothing that the missing path does not.
    const isThere = answer.kind === 'http' && answer.status < 400
    if (!isThere && guesses.includes(probe)) continue
    found.push({ probe, answer })
    follow({ probe, answer })
  }
  return found
}

function linksOf(probe: HttpProbe, answer: Extract<ProbeAnswer, { kind: 'http' }>): readonly string[] {
  const isOpenApi = openApiPaths.some((path) => probe.path === path)
  return isOpenApi ? openApiLinks(Buffer.from(answer.body).toString()) : findLinks(probe.path, answer)
}

function keyOf({ method, path, port }: HttpProbe): string {
  return `${method} ${port ?? ''} ${path}`
}

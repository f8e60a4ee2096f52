import { printable } from '../../std/printable.ts'
import type { Probe } from '../probe.ts'

const bodyCharactersMax = 40

/** What a probe is called: `GET /users?id=1`, `POST :8080/users {"name":"a"}`, `health check`, `exit`, `npm test`. */
export function probeTitle(probe: Probe): string {
  if (probe.kind === 'health') return 'health check'
  if (probe.kind === 'exit') return 'exit'
  if (probe.kind === 'command') return printable(probe.command)
  const port = probe.port === undefined ? '' : `:${probe.port}`
  return printable(`${probe.method} ${port}${probe.path}${bodyText(probe.body)}`)
}

/** Titles of a plan's probes, all different. */
export function probeTitles(probes: readonly Probe[]): readonly string[] {
  const counts = new Map<string, number>()
  return probes.map((probe) => {
    const title = probeTitle(probe)
    const count = (counts.get(title) ?? 0) + 1
    counts.set(title, count)
    return count === 1 ? title : `${title} (${count})`
  })
}

function bodyText(body: Uint8Array | undefined): string {
  if (body === undefined || body.length === 0) return ''
  const text = Buffer.from(body).toString()
  return ` ${text.length > bodyCharactersMax ? `${text.slice(0, bodyCharactersMax)}…` : text}`
}

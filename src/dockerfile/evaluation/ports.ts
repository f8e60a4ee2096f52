import { netModule } from '../../std/node-modules.ts'
import type { EvaluatedPorts } from '../evaluated.ts'
import { quote } from '../reading/report.ts'

/** What a word of EXPOSE means, or what is wrong with it. */
export type PortsResult = Pick<EvaluatedPorts, 'first' | 'last' | 'protocol'> | { readonly problem: string }

/** Reads `[[address:]host:]port[-port][/protocol]` (BuildKit's `parsePort`): only the last port counts. */
export function parsePorts(word: string): PortsResult {
  const parts = word.split(':')
  const [container = '', host] = parts.toReversed()
  const address = parts.slice(0, -2).join(':')
  const [ports = '', written = ''] = splitOnce(container, '/')
  const protocol = written === '' ? 'tcp' : written.toLowerCase()
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    return { problem: `${quote(written)} is no protocol: it is tcp, udp or sctp` }
  }
  const bare = /^\[(.*)\]$/.exec(address)?.[1] ?? address
  if (address !== '' && netModule().isIP(bare) === 0) return { problem: `${quote(address)} is no IP address` }
  const range = parseRange(ports)
  if (range === undefined) return { problem: `${quote(ports)} is no port` }
  if (host !== undefined && host !== '') {
    const hostRange = parseRange(host)
    if (hostRange === undefined) return { problem: `${quote(host)} is no port` }
    const isSameLength = hostRange.last - hostRange.first === range.last - range.first
    if (!isSameLength && range.first !== range.last) return { problem: 'the two ranges of ports differ in length' }
  }
  return { ...range, protocol }
}

function parseRange(text: string): { readonly first: number; readonly last: number } | undefined {
  const [start, end] = splitOnce(text, '-')
  const first = parsePort(start)
  const last = end === undefined ? first : parsePort(end)
  return first === undefined || last === undefined || last < first ? undefined : { first, last }
}

function parsePort(text: string): number | undefined {
  const port = /^\+?[0-9]+$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : undefined
}

function splitOnce(text: string, separator: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

import type { ProbeAnswer } from '../probe.ts'

type HttpAnswer = Extract<ProbeAnswer, { kind: 'http' }>

/** What would end a session, or delete something, is not for somebody who only looks. */
const dangerous = /\b(?:log[-_]?out|sign[-_]?out|delete|remove|destroy|shutdown|restart|reset|unsubscribe)\b/i
const attribute = /\b(?:href|src|action|poster|data-src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi
const styleAddress = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)/gi
const sourceSet = /\bsrcset\s*=\s*(?:"([^"]*)"|'([^']*)')/gi
const ownHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]'])

/** Paths, with their queries, that an answer leads to on the same server, in its order. */
export function findLinks(path: string, answer: HttpAnswer): readonly string[] {
  const type = answer.headers.get('content-type') ?? ''
  const text = Buffer.from(answer.body).toString()
  const location = answer.headers.get('location')
  const found = [
    ...(location === undefined ? [] : [location]),
    ...(/html/i.test(type) ? htmlLinks(text) : []),
    ...(/css/i.test(type) || /html/i.test(type) ? groups(text, styleAddress) : []),
    ...(/json/i.test(type) ? jsonLinks(text) : []),
  ]
  const paths = found.map((link) => pathOf(unescaped(link), path)).filter((link) => link !== undefined)
  return [...new Set(paths)].filter((link) => !dangerous.test(link))
}

function htmlLinks(text: string): readonly string[] {
  const sets = groups(text, sourceSet).flatMap((set) => set.split(',').map((part) => part.trim().split(/\s/)[0] ?? ''))
  return [...groups(text, attribute), ...sets]
}

function groups(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, ...quoted]) => quoted.find((part) => part !== undefined) ?? '')
}

/** Strings of a document that look like a path, or like an address of this machine. */
function jsonLinks(text: string): readonly string[] {
  const links: string[] = []
  try {
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string' && /^(?:\/[\w.~!$&'()*+,;=:@%/?-]+|https?:\/\/\S+)$/.test(value)) links.push(value)
      return value
    })
  } catch {
    return []
  }
  return links
}

function pathOf(link: string, base: string): string | undefined {
  if (link === '' || link.startsWith('#') || link.includes('{')) return undefined
  const url = URL.parse(link, new URL(base, 'http://localhost/'))
  if (url === null || !/^https?:$/.test(url.protocol) || !ownHosts.has(url.hostname)) return undefined
  return `${url.pathname}${url.search}`
}

function unescaped(link: string): string {
  return link.trim().replaceAll('&amp;', '&')
}

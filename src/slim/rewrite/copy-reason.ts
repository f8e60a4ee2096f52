import type { KeepCause, Verdict } from '../ledger.ts'
import type { PathNode } from './path-node.ts'

const phrases: { readonly [Cause in KeepCause]: string } = {
  read: 'What the app reads',
  executed: 'What is run',
  needed: 'What the app needs',
  app: "The app's own files",
  system: 'What every system has: users, certificates and the like',
  metadata: 'What scanners look for',
  asked: 'What was asked for',
  repaired: 'What the app failed without',
  way: 'Links and folders on the way',
}

/** Why these are copied, in a few words: what holds for most of their bytes, or for all of them. */
export function reasonOf(nodes: readonly PathNode[]): string {
  const bytes = new Map<KeepCause, number>()
  const details = new Set<string>()
  const visit = (node: PathNode): void => {
    const { verdict, entry } = node
    if (node.isKept && verdict?.isKept === true && entry.kind !== 'directory') {
      const cause = causeOf(verdict.cause)
      bytes.set(cause, (bytes.get(cause) ?? 0) + entry.sizeBytes + 1)
      details.add(cause === 'needed' ? verdict.detail : '')
    }
    for (const child of node.children) if (child.isKept) visit(child)
  }
  for (const node of nodes) visit(node)
  const [detail = ''] = details
  if (details.size === 1 && detail.includes(' ')) return detail
  const [first] = [...bytes].toSorted((a, b) => b[1] - a[1])
  return phrases[first?.[0] ?? 'way']
}

function causeOf(cause: Verdict['cause']): KeepCause {
  return isKeepCause(cause) ? cause : 'app'
}

function isKeepCause(cause: Verdict['cause']): cause is KeepCause {
  return Object.hasOwn(phrases, cause)
}

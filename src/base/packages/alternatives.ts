/** A call of update-alternatives in a package's script. */
export interface Alternative {
  /** The path that programs use, absolute. */
  readonly link: string
  /** What it is to lead to, absolute. */
  readonly path: string
  readonly priority: number
}

const installPattern = /update-alternatives\s+(?:--quiet\s+)?--install\s+(\/\S+)\s+\S+\s+(\/\S+)\s+(\d+)/g

/** The alternatives that a script installs in so many words; what it works out is not seen. Manual pages are left out. */
export function readAlternatives(script: string): readonly Alternative[] {
  const joined = script.replaceAll(/\\\n\s*/g, ' ')
  return [...joined.matchAll(installPattern)].flatMap(([whole, link = '', path = '', priority]) =>
    /[$`"'*?]/.test(whole) || link.startsWith('/usr/share/man/') ? [] : [{ link, path, priority: Number(priority) }],
  )
}

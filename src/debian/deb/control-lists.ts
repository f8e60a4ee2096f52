/** A file that an administrator may change, and that stays so when the package is updated (Debian Policy 10.7). */
export interface Conffile {
  /** Without a slash at its beginning. */
  readonly path: string
  /** Whether it goes with an update: it is in older versions of the package only. */
  readonly isRemovedOnUpgrade: boolean
}

/** Reads `conffiles`: a path on each line, with flags before it (deb-conffiles(5)). Lines of another form are passed over. */
export function parseConffiles(text: string): readonly Conffile[] {
  return text.split('\n').flatMap((line) => {
    const [, flag, path] = /^(?:([a-z-]+)\s+)?\/(\S.*?)\s*$/.exec(line) ?? []
    return path === undefined ? [] : { path, isRemovedOnUpgrade: flag === 'remove-on-upgrade' }
  })
}

/** Reads `md5sums`: a sum and a path on each line (deb-md5sums(5)). Lines of another form are passed over. */
export function parseMd5Sums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, sum, path] = /^([0-9a-f]{32}) [ *](?:\.\/)?(.+)$/.exec(line) ?? []
    if (sum !== undefined && path !== undefined) sums.set(path, sum)
  }
  return sums
}

/** A URL taken apart, as far as its text goes: variables in it are left as they are. */
export interface WebAddress {
  /** In lower case: `https`. */
  readonly scheme: string
  /** `user:password`, without the `@`. */
  readonly userInfo: string | undefined
  /** Without the port, in lower case. Undefined where a variable decides. */
  readonly host: string | undefined
  /** From the first `/` behind the host on, without query and fragment. */
  readonly path: string
}

/** Undefined where a text does not begin as a URL does. */
export function readWebAddress(text: string): WebAddress | undefined {
  const found = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(text)
  if (found === null) return undefined
  const [, scheme = '', authority = '', path = ''] = found
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1).replace(/:[^:\]]*$/, '')
  return {
    scheme: scheme.toLowerCase(),
    userInfo: at === -1 ? undefined : authority.slice(0, at),
    host: host === '' || /[$`{}<>%]/.test(host) ? undefined : host.toLowerCase(),
    path,
  }
}

/** Whether a host is one of the machine or of its own network: nobody on the Internet stands between it and the build. */
export function isNearHost(host: string): boolean {
  if (!host.includes('.')) return true
  if (/^(?:127|10|0)\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(host)) return true
  return /\.(?:local|localhost|localdomain|internal|intranet|intra|lan|corp|home|private|test|invalid)$/.test(host)
}

import type { ProcessSpec } from '../process-spec.ts'

/**
 * /etc/hosts as Docker writes it: names of the loopback, then those that were asked for. With the host's network the host's own lines
 * are there too.
 *
 * @param hostFile the host's /etc/hosts.
 */
export function hostsFile(spec: ProcessSpec, hostFile: string): string {
  const ownLines = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::\tip6-localnet']
  const multicastLines = ['ff00::\tip6-mcastprefix', 'ff02::1\tip6-allnodes', 'ff02::2\tip6-allrouters']
  const usual = `${[...ownLines, ...multicastLines].join('\n')}\n`
  const extra = spec.extraHosts.map(({ name, address }) => `${address}\t${name}\n`).join('')
  const own = spec.network === 'host' ? '' : `127.0.0.1\t${spec.hostname}\n`
  return `${spec.network === 'host' && hostFile !== '' ? withNewline(hostFile) : usual}${extra}${own}`
}

/** Asked where the host asks only itself, which nobody else can reach: those that Docker takes. */
const publicResolvers = ['8.8.8.8', '8.8.4.4']

/**
 * /etc/resolv.conf: the host's. A network of its own cannot reach a resolver on the host's loopback, so these are left out there.
 *
 * @param hostFile the host's.
 * @param replacement asked when none is left; undefined for those that Docker takes.
 */
export function resolverFile(
  hostFile: string,
  network: ProcessSpec['network'],
  replacement: string | undefined,
): string {
  if (network === 'host') return hostFile
  const lines = hostFile.split('\n').filter((line) => !isLoopbackResolver(line))
  const replacements = replacement === undefined ? publicResolvers : [replacement]
  const hasResolver = lines.some((line) => /^\s*nameserver\s/.test(line))
  return withNewline([...(hasResolver ? [] : replacements.map((each) => `nameserver ${each}`)), ...lines].join('\n'))
}

function isLoopbackResolver(line: string): boolean {
  return /^\s*nameserver\s+(?:127\.|::1\b|localhost)/.test(line)
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

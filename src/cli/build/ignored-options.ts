/**
 * Options of docker build that have no meaning here, and that scripts give nevertheless: those of the builder before BuildKit, and of
 * builders that are elsewhere. They are not in the help.
 */
export const ignoredOptions = {
  builder: { kind: 'text', value: 'NAME', summary: 'Nothing: there are no builders to choose from', isHidden: true },
  compress: { kind: 'switch', summary: 'Nothing: the context is not sent anywhere', isHidden: true },
  'disable-content-trust': { kind: 'switch', summary: 'Nothing', isHidden: true },
  'force-rm': { kind: 'switch', summary: 'Nothing: no containers are left', isHidden: true },
  rm: { kind: 'switch', summary: 'Nothing: no containers are left', isHidden: true },
  'cgroup-parent': { kind: 'text', value: 'PATH', summary: 'Nothing', isHidden: true },
  'cpu-period': { kind: 'text', value: 'COUNT', summary: 'Nothing', isHidden: true },
  'cpu-quota': { kind: 'text', value: 'COUNT', summary: 'Nothing', isHidden: true },
  'cpu-shares': { kind: 'text', short: 'c', value: 'COUNT', summary: 'Nothing', isHidden: true },
  'cpuset-cpus': { kind: 'text', value: 'LIST', summary: 'Nothing', isHidden: true },
  'cpuset-mems': { kind: 'text', value: 'LIST', summary: 'Nothing', isHidden: true },
  isolation: { kind: 'text', value: 'KIND', summary: 'Nothing', isHidden: true },
  memory: { kind: 'text', short: 'm', value: 'SIZE', summary: 'Nothing', isHidden: true },
  'memory-swap': { kind: 'text', value: 'SIZE', summary: 'Nothing', isHidden: true },
  'security-opt': { kind: 'list', value: 'OPTION', summary: 'Nothing', isHidden: true },
} as const

/** Those that ask for a bound that is not kept, or a confinement that is another: worth a word. */
const worthWarning = [
  'cgroup-parent',
  'cpu-period',
  'cpu-quota',
  'cpu-shares',
  'cpuset-cpus',
  'cpuset-mems',
  'isolation',
  'memory',
  'memory-swap',
  'security-opt',
] as const

/** The warning about options that change nothing; undefined where none is given. */
export function ignoredWarning(
  options: Readonly<Record<(typeof worthWarning)[number], string | readonly string[] | undefined>>,
): string | undefined {
  const given = worthWarning.filter((name) => (options[name]?.length ?? 0) > 0).map((name) => `--${name}`)
  return given.length === 0 ? undefined : `${given.join(', ')} changes nothing: steps run as wherry itself does`
}

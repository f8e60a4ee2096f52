import type { RunConfig } from './config.ts'

/** Where programs are looked for in an image that does not say it: what Docker and BuildKit set. */
export const usualSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The variables of an image (image-spec, config.md, "Env"): of two of one name the last counts, and what has no value has the empty one.
 */
export function configEnvironment(config: RunConfig | undefined): ReadonlyMap<string, string> {
  return new Map((config?.Env ?? []).map(splitVariable))
}

/** The name and the value of `NAME=VALUE`. */
function splitVariable(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

import type { Restraint } from './app-session.ts'

/** In words: `as 65532:65532, read-only, without capabilities`. */
export function restraintText({ user, isRootReadOnly, capabilities }: Restraint): string {
  const granted =
    capabilities === undefined
      ? "with Docker's capabilities"
      : capabilities.size === 0
        ? 'without capabilities'
        : `with ${[...capabilities].join(', ')}`
  return `as ${user ?? "the image's user"}, ${isRootReadOnly ? 'read-only' : 'with a root that can be written to'}, ${granted}`
}

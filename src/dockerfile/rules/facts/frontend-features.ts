import type { DockerfileDocument } from '../../document.ts'

/**
 * Whether the frontend that a file asks for knows `RUN --mount`: the one that is built in, and docker/dockerfile from 1.2 on, where
 * mounts came out of the experimental channel (moby/buildkit#1717). False where it is not known.
 */
export function knowsMounts({ syntax }: Pick<DockerfileDocument, 'syntax'>): boolean {
  if (syntax === undefined) return true
  const [, tag = 'latest'] = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?::([^@]+))?(?:@.*)?$/.exec(
    syntax.reference,
  ) ?? ['', '0']
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(tag) ?? []
  if (major === undefined) return true
  return Number(major) > 1 || (major === '1' && (minor === undefined || Number(minor) >= 2))
}

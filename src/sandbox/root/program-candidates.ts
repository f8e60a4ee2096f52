import { usualSearchPath } from '../../image/config-environment.ts'

/**
 * The paths at which a program is looked for, in order: execvp(3).
 *
 * @param environment as `NAME=value`.
 */
export function programCandidates(name: string, environment: readonly string[]): readonly string[] {
  if (name.includes('/')) return [name]
  const path = environment.findLast((each) => each.startsWith('PATH='))?.slice('PATH='.length) ?? usualSearchPath
  return path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${name}`)
}

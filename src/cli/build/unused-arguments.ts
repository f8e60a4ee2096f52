import { automaticArguments, proxyEnvironment, steeringArguments } from '../../dockerfile/build-arguments.ts'
import type { DockerfileDocument } from '../../dockerfile/document.ts'
import { nearest } from '../../std/nearest.ts'
import { printable } from '../../std/printable.ts'

const anyPlatform = { os: '', architecture: '' }

/** The warning of BuildKit about `--build-arg` of names that no ARG declares; undefined where there are none. */
export function unusedArguments(names: readonly string[], { instructions }: DockerfileDocument): string | undefined {
  const declared = new Set(
    instructions.flatMap((each) => (each.kind === 'arg' ? each.declarations.map(({ name }) => name.value) : [])),
  )
  const automatic = automaticArguments(anyPlatform, anyPlatform, '')
  const isKnown = (name: string): boolean =>
    declared.has(name) ||
    automatic.has(name) ||
    steeringArguments.has(name) ||
    name === 'SOURCE_DATE_EPOCH' ||
    name.startsWith('BUILDKIT_') ||
    proxyEnvironment(new Map([[name, '']])).size > 0
  const unused = [...new Set(names)].filter((name) => !isKnown(name))
  const [first] = unused
  if (first === undefined) return undefined
  const near = unused.length === 1 ? nearest(first, declared) : undefined
  const meant = near === undefined ? '' : `: did you mean ${near}?`
  return `no ARG takes the build argument${unused.length === 1 ? '' : 's'} ${unused.map(printable).join(', ')}${meant}`
}

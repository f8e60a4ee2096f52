import type { Instruction } from '../instruction.ts'
import type { SourceString } from '../source-string.ts'
import { mountValues } from './read-mount.ts'

/** A string of an instruction in which BuildKit replaces variables. */
export interface Expandable {
  readonly source: SourceString
  /** The text of a here-document: quotes mean nothing in it, and the backslash always escapes. */
  readonly isHeredocText?: true
}

/** Every string of an instruction in which variables are replaced. Commands are left to the shell that runs them. */
export function expandableStrings(instruction: Instruction): readonly Expandable[] {
  switch (instruction.kind) {
    case 'from':
      return expandable([instruction.base, instruction.platform])
    case 'arg':
      return expandable(instruction.declarations.map(({ value }) => value))
    case 'env':
    case 'label':
      return expandable(instruction.pairs.flatMap(({ name, value }) => [name, value]))
    case 'run':
      return expandable(instruction.mounts.flatMap(mountValues))
    case 'copy':
    case 'add': {
      const { sources, destination, chown, chmod, inlineFiles } = instruction
      const checksum = instruction.kind === 'add' ? instruction.checksum : undefined
      const texts = inlineFiles.flatMap(({ content, expands }): readonly Expandable[] =>
        expands ? [{ source: content, isHeredocText: true }] : [],
      )
      return [...expandable([...sources, destination, chown, chmod, checksum]), ...texts]
    }
    case 'expose':
      return expandable(instruction.ports)
    case 'volume':
      return expandable(instruction.paths)
    case 'workdir':
      return expandable([instruction.path])
    case 'user':
      return expandable([instruction.user])
    case 'stopsignal':
      return expandable([instruction.signal])
    case 'onbuild':
      return expandableStrings(instruction.trigger)
    case 'cmd':
    case 'entrypoint':
    case 'shell':
    case 'healthcheck':
    case 'maintainer':
    case 'invalid':
      return []
  }
}

function expandable(sources: readonly (SourceString | undefined)[]): readonly Expandable[] {
  return sources.flatMap((source) => (source === undefined ? [] : [{ source }]))
}

import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { findOption, optionNames, readOptions } from './command-options.ts'

/** A change of files that leaves what is in them. */
export interface MetadataChange {
  readonly what: 'owner' | 'mode' | 'time'
  /** `app:app`, `755`, `g+w`. Undefined where a variable decides, or another file. */
  readonly value: string | undefined
  readonly isRecursive: boolean
  readonly paths: readonly ShellWord[]
}

const withValue: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['chown', optionNames('--from --reference')],
  ['chgrp', optionNames('--from --reference')],
  ['chmod', optionNames('--reference')],
  ['touch', optionNames('-d --date -r --reference -t --time')],
])

/** What `chown`, `chgrp`, `chmod` and `touch` change. Undefined for other programs. */
export function metadataChange(command: ShellCommand): MetadataChange | undefined {
  const names = withValue.get(command.program)
  if (names === undefined) return undefined
  const parts = readOptions(command, names)
  if (command.program === 'touch') return { what: 'time', value: undefined, isRecursive: false, paths: parts.operands }
  const isByReference = findOption(parts, '--reference') !== undefined
  const [value] = isByReference ? [] : parts.operands
  const written = value?.isLiteral === true ? value.value : undefined
  return {
    what: command.program === 'chmod' ? 'mode' : 'owner',
    value: command.program === 'chgrp' ? undefined : written,
    isRecursive: findOption(parts, '-R', '--recursive') !== undefined,
    paths: parts.operands.slice(isByReference ? 0 : 1),
  }
}

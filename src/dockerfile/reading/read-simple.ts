import type { Instruction, InvalidInstruction } from '../instruction.ts'
import type { InstructionParts } from '../instruction-parts.ts'
import { splitAtSeparators, trimSource } from './characters.ts'
import { readJsonArray } from './json-array.ts'
import { reportAlmostJson, reportOtherElement } from './read-command.ts'
import { problem, type ReadingContext } from './report.ts'

const missing = {
  EXPOSE: 'EXPOSE names no port',
  MAINTAINER: 'MAINTAINER names nobody',
  STOPSIGNAL: 'STOPSIGNAL names no signal',
  USER: 'USER names no user',
  VOLUME: 'VOLUME names no path',
  WORKDIR: 'WORKDIR names no folder',
}

type SimpleName = keyof typeof missing

/** Instructions that take a text as it is, or a list of words. */
export function readSimple(name: SimpleName, parts: InstructionParts, context: ReadingContext): Instruction {
  const text = parts.arguments
  if (text.value === '') return reportMissing(name, parts, context)
  switch (name) {
    case 'WORKDIR':
      return { ...parts, kind: 'workdir', path: text }
    case 'USER':
      return { ...parts, kind: 'user', user: text }
    case 'STOPSIGNAL':
      return { ...parts, kind: 'stopsignal', signal: text }
    case 'MAINTAINER':
      return { ...parts, kind: 'maintainer', maintainer: text }
    case 'EXPOSE':
      return { ...parts, kind: 'expose', ports: splitAtSeparators(text) }
    case 'VOLUME':
      return readVolume(parts, context)
  }
}

function reportMissing(name: SimpleName, parts: InstructionParts, context: ReadingContext): InvalidInstruction {
  context.report(problem('missing-argument', 'error', parts.keyword.range, missing[name]))
  return { ...parts, kind: 'invalid', name }
}

function readVolume(parts: InstructionParts, context: ReadingContext): Instruction {
  const array = readJsonArray(parts.arguments)
  if (array !== undefined && 'otherElement' in array) {
    reportOtherElement(array, context)
    return { ...parts, kind: 'invalid', name: 'VOLUME' }
  }
  if (array === undefined) reportAlmostJson(parts.arguments, context, 'always')
  const words = array?.elements ?? splitAtSeparators(parts.arguments)
  const paths = words.map(trimSource)
  const empty = paths.find((path) => path.value === '')
  if (empty !== undefined) context.report(problem('missing-argument', 'error', empty.range, 'the path is empty'))
  else if (paths.length === 0) return reportMissing('VOLUME', parts, context)
  return empty === undefined ? { ...parts, kind: 'volume', paths } : { ...parts, kind: 'invalid', name: 'VOLUME' }
}

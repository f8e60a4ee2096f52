import type { DockerfileDocument } from '../../document.ts'
import { insertLinesBefore } from '../../edit.ts'
import type { Instruction } from '../../instruction.ts'
import { rangeWithin, type SourceString } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

/** `WORKDIR /app # here`: comments stand in lines of their own, so this is part of the path. */
export const trailingComment: Rule = {
  name: 'TrailingComment',
  category: 'mistake',
  severity: 'error',
  summary: 'a comment behind an instruction is taken for a part of it',
  check({ document }, report) {
    for (const stage of document.stages) {
      for (const instruction of stage.instructions) {
        const range = commentIn(instruction)
        if (range === undefined) continue
        report({
          message: 'this is no comment, but a part of the instruction',
          range,
          cost: costs[instruction.kind] ?? 'The builder takes the # and the words behind it as they are.',
          hint: 'Give the comment a line of its own: only lines that begin with # are comments.',
          ...fixFor(document, instruction, range),
        })
      }
    }
  },
}

const costs: { readonly [Kind in Instruction['kind']]?: string } = {
  copy: 'COPY looks for files of these names, and takes the last word for the destination.',
  add: 'ADD looks for files of these names, and takes the last word for the destination.',
  workdir: 'A folder of this name is made, with the # in it.',
  user: 'Nobody has this name.',
  volume: 'Each word is a path of its own.',
  cmd: 'With something behind the brackets this is no JSON, so a shell gets the whole line.',
  entrypoint: 'With something behind the brackets this is no JSON, so a shell gets the whole line.',
}

/** The words behind a `#`. Where the reader finds a mistake already (EXPOSE, ENV with `=`, SHELL), nothing is said. */
function commentIn(instruction: Instruction): TextRange | undefined {
  const { kind } = instruction
  if (kind === 'workdir') return commentBehind(instruction.path)
  if (kind === 'user') return commentBehind(instruction.user)
  if (kind === 'copy' || kind === 'add' || kind === 'volume' || kind === 'arg') {
    if (instruction.arguments.value.startsWith('[') || instruction.heredocs.length > 0) return undefined
    return commentBehind(instruction.arguments)
  }
  if (kind === 'env' || kind === 'label') {
    const [pair] = instruction.pairs
    return pair?.hasEqualsSign === false ? commentBehind(pair.value) : undefined
  }
  if (kind !== 'cmd' && kind !== 'entrypoint') return undefined
  const { command } = instruction
  return command.form === 'shell' && /^\[\s*".*"\s*\]\s+#/.test(command.text.value)
    ? commentBehind(command.text)
    : undefined
}

/** From a `#` behind a blank, outside of quotes, to the end. */
function commentBehind(source: SourceString): TextRange | undefined {
  const { value } = source
  let quoted: string | undefined
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    if (quoted !== undefined) quoted = character === quoted ? undefined : quoted
    else if (character === '"' || character === "'") quoted = character
    else if (character === '#' && at > 0 && /\s/.test(value.charAt(at - 1))) {
      return rangeWithin(source, at, value.trimEnd().length)
    }
  }
  return undefined
}

function fixFor(document: DockerfileDocument, instruction: Instruction, range: TextRange): ReturnType<typeof fixOf> {
  const { text } = document
  const line = text.slice(instruction.range.start, instruction.range.end)
  if (line.includes('\n')) return {}
  const before = text.slice(instruction.range.start, range.start)
  const start = instruction.range.start + before.trimEnd().length
  return fixOf('give the comment a line of its own', 'unsafe', [
    insertLinesBefore(document, instruction, [text.slice(range.start, range.end)]),
    { range: { start, end: range.end }, newText: '' },
  ])
}

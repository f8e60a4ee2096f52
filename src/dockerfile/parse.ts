import type { Diagnostic, ReportProblem } from './diagnostic.ts'
import type { DockerfileDocument, DocumentNode, Stage } from './document.ts'
import type { ArgInstruction, FromInstruction, Instruction } from './instruction.ts'
import { createLineIndex, lineRange, type LineIndex } from './text-range.ts'
import { detectSyntax, readCheckOptions } from './reading/directives.ts'
import { isLineTooLong, lineBytesMax } from './reading/physical-lines.ts'
import { readNodes } from './reading/read-nodes.ts'
import { problem } from './reading/report.ts'

/** BuildKit reads no longer file, in bytes. */
const fileBytesMax = 16 * 1024 * 1024

/**
 * Reads a Dockerfile as BuildKit's frontend (dockerfile/1.2x) does.
 *
 * Never throws, whatever the text is, and takes time in proportion to its length. Mistakes become diagnostics, in the order of the
 * text, and the rest is read as if they were not there.
 *
 * @param text The whole file, with its byte order mark if it has one. Bytes that are no UTF-8 should have become U+FFFD.
 */
export function parseDockerfile(text: string): {
  readonly document: DockerfileDocument
  readonly diagnostics: readonly Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const report: ReportProblem = (found) => diagnostics.push(found)
  const lineIndex = createLineIndex(text)
  checkText(text, lineIndex, report)
  const { nodes, escape } = readNodes(text, report)
  const instructions = nodes.filter(isInstruction)
  const document: DockerfileDocument = {
    text,
    lineIndex,
    nodes,
    instructions,
    ...groupInstructions(instructions),
    escape,
    syntax: detectSyntax(text),
    checkOptions: readCheckOptions(text, report),
    newline:
      text.charAt((lineRange(lineIndex, 1)?.end ?? 0) - 2) === '\r' && lineIndex.starts.length > 1 ? '\r\n' : '\n',
  }
  checkOrder(document, report)
  return { document, diagnostics: diagnostics.toSorted((a, b) => a.range.start - b.range.start) }
}

/** Whether a node is an instruction, and not a comment or the like. */
export function isInstruction(node: DocumentNode): node is Instruction {
  return !['byte-order-mark', 'blank', 'comment', 'directive'].includes(node.kind)
}

/** What is before the first FROM, and the stages from there on. */
function groupInstructions(
  instructions: readonly Instruction[],
): Pick<DockerfileDocument, 'globalArguments' | 'stages'> {
  const globalArguments: ArgInstruction[] = []
  const stages: (Stage & { readonly instructions: Instruction[] })[] = []
  for (const instruction of instructions) {
    const stage = stages.at(-1)
    if (instruction.kind === 'from') stages.push(toStage(instruction, stages.length))
    else if (stage !== undefined) stage.instructions.push(instruction)
    else if (instruction.kind === 'arg') globalArguments.push(instruction)
  }
  return { globalArguments, stages }
}

function toStage(from: FromInstruction, index: number): Stage & { readonly instructions: Instruction[] } {
  return { index, name: from.stageName, from, instructions: [] }
}

/** What BuildKit would not even begin to read, or what is no text. */
function checkText(text: string, lineIndex: LineIndex, report: ReportProblem): void {
  const whole = { start: 0, end: Math.min(text.length, 1) }
  if (text === '') report(problem('empty-file', 'error', whole, 'the Dockerfile is empty', 'Begin with FROM.'))
  if (text.length * 3 > fileBytesMax && Buffer.byteLength(text) > fileBytesMax) {
    report(
      problem('too-long', 'error', whole, `the file is larger than ${fileBytesMax} bytes: BuildKit does not read it`),
    )
  }
  const odd = text.search(/[\0\ufffd]/)
  if (odd !== -1) {
    const message = text.charAt(odd) === '\0' ? 'the file has NUL characters' : 'the file has bytes that are no UTF-8'
    report(problem('binary-content', 'error', { start: odd, end: odd + 1 }, message, 'A Dockerfile is plain text.'))
  }
  for (const [index, start] of lineIndex.starts.entries()) {
    const next = lineIndex.starts[index + 1] ?? text.length + 1
    if (!isLineTooLong(text, start, next - 1)) continue
    const message = `the line is longer than ${lineBytesMax} bytes: BuildKit does not read it`
    report(problem('too-long', 'error', { start, end: start + 1 }, message, 'Break it with line continuations.'))
  }
}

/** Whether there is something to build, and nothing before it. */
function checkOrder({ text, instructions, stages }: DockerfileDocument, report: ReportProblem): void {
  const [first] = instructions
  if (first === undefined) {
    if (text === '') return
    const range = { start: 0, end: 1 }
    report(problem('no-instruction', 'error', range, 'the Dockerfile has no instruction', 'Begin with FROM.'))
    return
  }
  const hint = 'Only ARG can stand before FROM.'
  if (stages.length === 0) {
    const culprit = instructions.find(({ kind }) => kind !== 'arg') ?? first
    report(problem('no-stage', 'error', culprit.keyword.range, 'the Dockerfile has no FROM', 'Begin with FROM.'))
    return
  }
  for (const instruction of instructions) {
    if (instruction.kind === 'from') return
    if (instruction.kind === 'arg') continue
    if (instruction.kind === 'invalid' && (instruction.name === undefined || instruction.name === 'ARG')) continue
    const { value, range } = instruction.keyword
    report(problem('instruction-before-from', 'error', range, `${value} stands before the first FROM`, hint))
  }
}

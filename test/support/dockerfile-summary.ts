import type { Diagnostic } from '../../src/dockerfile/diagnostic.ts'
import type { DockerfileDocument, DocumentNode } from '../../src/dockerfile/document.ts'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import type { EvaluatedStage } from '../../src/dockerfile/evaluated.ts'
import type { Comment } from '../../src/dockerfile/instruction-parts.ts'
import { isInstruction, parseDockerfile } from '../../src/dockerfile/parse.ts'
import { stageDependencies } from '../../src/dockerfile/stages.ts'
import { positionAt, type TextRange } from '../../src/dockerfile/text-range.ts'
import { describeInstruction } from './dockerfile-description.ts'

/** What a person wants to see of a Dockerfile that was read, to judge whether it was read well. */
export function summarizeDockerfile(text: string): unknown {
  const { document, diagnostics } = parseDockerfile(text)
  const evaluated = evaluateDockerfile(document)
  return {
    ...summarizeDirectives(document),
    nodes: document.nodes.flatMap((node) => summarizeNode(node, document)),
    stages: evaluated.stages.map(summarizeStage),
    diagnostics: diagnostics.map((found) => summarizeDiagnostic(found, document)),
    diagnosticsOfValues: evaluated.diagnostics.map((found) => summarizeDiagnostic(found, document)),
  }
}

function summarizeDirectives({ syntax, escape, checkOptions, newline }: DockerfileDocument): object {
  return {
    ...(syntax === undefined ? {} : { syntax: syntax.commandLine }),
    ...(escape === '\\' ? {} : { escape }),
    ...(checkOptions.skip.length === 0 ? {} : { checkOptions }),
    ...(newline === '\n' ? {} : { newline }),
  }
}

function summarizeNode(node: DocumentNode, document: DockerfileDocument): readonly object[] {
  const lines = lineNumbers(node.lines, document)
  if (node.kind === 'blank') return []
  if (node.kind === 'byte-order-mark') return [{ lines, kind: node.kind }]
  if (node.kind === 'comment') return [{ lines, comment: node.text.value }]
  if (node.kind === 'directive') return [{ lines, directive: node.name, value: node.value.value }]
  if (!isInstruction(node)) return []
  const { kind, keyword, flags, heredocs, leadingComments, innerComments, emptyContinuationLines } = node
  return [
    {
      lines,
      [kind]: prune(describeInstruction(node)),
      ...(kind === 'invalid' ? { keyword: keyword.value, name: node.name } : {}),
      ...some(
        'flags',
        flags.map(({ range }) => document.text.slice(range.start, range.end)),
      ),
      ...some('heredocs', heredocs.map(({ name, content, terminator }) => ({ name, content: content.value, ends: terminator !== undefined }))), // prettier-ignore
      ...some('commentsAbove', leadingComments.map(commentText)),
      ...some('commentsInside', innerComments.map(commentText)),
      ...some(
        'emptyLinesInside',
        emptyContinuationLines.map((range) => lineNumbers(range, document)),
      ),
    },
  ]
}

/** Without what is not there. */
function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prune)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const isNothing = item === '' || item === null || item === 0 || item === false
      return isNothing || (Array.isArray(item) && item.length === 0) ? [] : [[key, prune(item)]]
    }),
  )
}

function commentText({ text }: Comment): string {
  return text.value
}

function some(name: string, list: readonly unknown[]): object {
  return list.length === 0 ? {} : { [name]: list }
}

function lineNumbers(range: TextRange, { lineIndex }: DockerfileDocument): string {
  const first = positionAt(lineIndex, range.start).line
  const last = positionAt(lineIndex, Math.max(range.start, range.end - 1)).line
  return first === last ? String(first) : `${first}-${last}`
}

function summarizeStage(stage: EvaluatedStage): object {
  const { base, platform, instructions } = stage
  const variables = [...stage.variables, ...instructions.flatMap((each) => each.variables)]
  return {
    name: stage.stage.name ?? stage.stage.index,
    base: base.kind === 'image' ? base.reference : base.kind === 'stage' ? base.index : base.kind,
    ...(platform === undefined ? {} : { platform }),
    ...some(
      'needs',
      stageDependencies(stage).map(({ index, reason }) => `${index} (${reason})`),
    ),
    ...some('values', instructions.flatMap((each) => (each.kind === 'env' || each.kind === 'label' ? each.pairs.map(({ name, value }) => `${name}=${value}`) : []))), // prettier-ignore
    ...some('unset', [...new Set(variables.filter(({ isSet }) => !isSet).map(({ name, isDeclared }) => (isDeclared ? `${name} (declared)` : name)))]), // prettier-ignore
  }
}

function summarizeDiagnostic(found: Diagnostic, { lineIndex, text }: DockerfileDocument): object {
  const { code, severity, message, hint, range } = found
  const { line, column } = positionAt(lineIndex, range.start)
  const at = `${line}:${column}`
  return { at, marked: text.slice(range.start, range.end).slice(0, 60), [severity]: message, code, hint }
}

const columnsMax = 120

/** JSON as prettier writes it, with whatever fits on a line on one line, so that the file can be read. */
export function readableJson(value: unknown, indentation = '', columnsTaken = 0): string {
  const flat = flatJson(value)
  const fits = indentation.length + columnsTaken + flat.length < columnsMax
  if (typeof value !== 'object' || value === null || (fits && !hasBrokenArray(value))) return flat
  const inner = `${indentation}  `
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + readableJson(item, inner)).join(',\n')}\n${indentation}]`
  }
  const members = Object.entries(value).flatMap(([key, item]) => {
    const name = `${JSON.stringify(key)}: `
    return item === undefined ? [] : [inner + name + readableJson(item, inner, name.length)]
  })
  return `{\n${members.join(',\n')}\n${indentation}}`
}

function flatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  if (members.length === 0) return '{}'
  return `{ ${members.map(([key, item]) => `${JSON.stringify(key)}: ${flatJson(item)}`).join(', ')} }`
}

/** prettier never puts several objects, or several arrays, of several members each on one line. */
function hasBrokenArray(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isList = (item: unknown): boolean => Array.isArray(item) && item.length > 1
  const isRecord = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).length > 1
  if (Array.isArray(value) && value.length > 1 && (value.every(isList) || value.every(isRecord))) return true
  return Object.values(value).some(hasBrokenArray)
}

import {
  parse,
  forEachChild,
  type AndOr,
  type Command,
  type CommandArgument,
  type Pipeline,
  type SyntaxNode,
} from 'unbash'
import type { ShellCommand, ShellExtension, ShellProblem, ShellVariable } from '../shell-command.ts'
import { offsetAt, rangeWithin, sliceSource, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { expandedVariable, extensionKind } from './extensions.ts'
import { describeCommand, nestedScriptIndex } from './invocation.ts'
import { toAssignment, toRedirection, toWord, type Place } from './words.ts'

/** The commands of one script. Those of the scripts that it hands to shells are not among them. */
export interface CollectedCommands {
  readonly commands: readonly CollectedCommand[]
  readonly problems: readonly ShellProblem[]
  readonly extensions: readonly ShellExtension[]
  readonly variables: readonly ShellVariable[]
  readonly functions: readonly string[]
  readonly assigned: readonly string[]
  readonly trailingComment: TextRange | undefined
  /** The number that the next pipeline may have. */
  readonly pipelinesEnd: number
}

/** A command, and the script that it hands to a shell. */
export interface CollectedCommand {
  readonly command: ShellCommand
  readonly script: SourceString | undefined
}

/** How a node is reached. */
interface Reached {
  readonly operatorBefore: ShellCommand['operatorBefore']
  readonly isConditional: boolean
  readonly isNested: boolean
  readonly isInBackground: boolean
  /** Undefined outside of a pipeline. */
  readonly pipeline: number | undefined
  readonly place: Place
  /** How many substitutions it is in. */
  readonly depth: number
}

/** Substitutions in substitutions are followed so far. */
const depthMax = 20

/** Reads a script and collects its simple commands. */
export function collectCommands(source: SourceString, pipelinesStart: number): CollectedCommands {
  const commands: CollectedCommand[] = []
  const problems: ShellProblem[] = []
  const extensions: ShellExtension[] = []
  const variables: ShellVariable[] = []
  const functions: string[] = []
  const assigned: string[] = []
  let pipelines = pipelinesStart

  function visit(node: SyntaxNode, reached: Reached): void {
    note(node, reached.place)
    if (node.type === 'Command') visitCommand(node, reached)
    else if (node.type === 'AndOr') visitAndOr(node, reached)
    else if (node.type === 'Pipeline') visitPipeline(node, reached)
    else if (node.type === 'Script') visitScript(node, reached)
    else visitChildren(node, { ...reached, ...changes[node.type] })
  }

  /** What is of interest beside the commands. */
  function note(node: SyntaxNode, place: Place): void {
    const kind = extensionKind(node)
    if (kind !== undefined) extensions.push({ kind, range: place(node.pos, node.end), shell: undefined })
    const variable = expandedVariable(node)
    if (variable !== undefined) variables.push({ ...variable, range: place(node.pos, node.end) })
    if (node.type === 'Function') functions.push(node.name.value)
    if (node.type === 'Assignment') assigned.push(node.name)
    if (node.type === 'For' || node.type === 'Select') assigned.push(node.name.value)
  }

  /** Commands in a list follow each other by `;`. */
  function visitChildren(node: SyntaxNode, reached: Reached): void {
    let isFirst = true
    forEachChild(node, (child) => {
      if (child.type !== 'Statement') {
        visit(child, reached)
        return
      }
      const isInBackground = reached.isInBackground || child.background === true
      visit(child, { ...reached, isInBackground, ...(isFirst ? {} : { operatorBefore: ';' }) })
      isFirst = false
    })
  }

  function visitScript(node: SyntaxNode & { readonly type: 'Script' }, reached: Reached): void {
    if (reached.depth > depthMax) return
    // A script within backquotes in which something was escaped has positions of its own.
    const place = node.source === undefined ? reached.place : () => reached.place(node.pos, node.end)
    for (const error of node.errors ?? []) {
      problems.push({ message: error.message, range: place(error.pos, error.pos + 1) })
    }
    visitChildren(node, { ...reached, place, depth: reached.depth + 1 })
  }

  function visitCommand(node: Command, reached: Reached): void {
    const { place } = reached
    const words = node.name === undefined ? [] : [node.name, ...node.args]
    const command = describeCommand({
      range: place(node.pos, node.end),
      words: words.map((word) => toWord(word, place)),
      assignments: node.prefix.flatMap((part) => toAssignment(part, place)),
      redirections: node.redirects.map((redirect) => toRedirection(redirect, place)),
      pipeline: reached.pipeline ?? pipelines++,
      operatorBefore: reached.operatorBefore,
      isConditional: reached.isConditional,
      isNested: reached.isNested,
      isInBackground: reached.isInBackground,
      shell: undefined,
    })
    const script = words[nestedScriptIndex(command)]
    commands.push({ command, script: script === undefined ? undefined : textOf(script, place) })
    forEachChild(node, (child) => {
      visit(child, { ...reached, operatorBefore: undefined, pipeline: undefined, isNested: true })
    })
  }

  function visitAndOr(node: AndOr, reached: Reached): void {
    let mayBeSkipped = reached.isConditional
    for (const [index, command] of node.commands.entries()) {
      const operatorBefore = index === 0 ? reached.operatorBefore : node.operators[index - 1]
      if (operatorBefore === '||' && index > 0) mayBeSkipped = true
      visit(command, { ...reached, operatorBefore, isConditional: mayBeSkipped })
    }
  }

  function visitPipeline(node: Pipeline, reached: Reached): void {
    const pipeline = reached.pipeline ?? pipelines++
    const isPiped = node.commands.length > 1
    for (const [index, command] of node.commands.entries()) {
      const operatorBefore = index === 0 ? reached.operatorBefore : '|'
      visit(command, { ...reached, operatorBefore, pipeline, isNested: reached.isNested || isPiped })
    }
  }

  /** The text of a word. Its characters know their places, unless escapes in it change what they are. */
  function textOf(word: CommandArgument, placeOf: Place): SourceString | undefined {
    if (word.type === 'Assignment') return undefined
    const { pos, end, value } = word
    for (const [from, to] of [
      [pos + 1, end - 1],
      [pos, end],
    ] as const) {
      if (placeOf === place && source.value.slice(from, to) === value) return sliceSource(source, from, to)
    }
    const range = placeOf(pos, end)
    return { value, range, jumps: Array.from(value, (_, index) => ({ index, offset: range.start })) }
  }

  const place: Place = (start, end) => {
    const range = rangeWithin(source, start, end)
    return range.end > range.start ? range : { start: offsetAt(source, Math.max(0, start - 1)), end: range.end }
  }
  const parsed = parse(source.value)
  visit(parsed, {
    operatorBefore: undefined,
    isConditional: false,
    isNested: false,
    isInBackground: false,
    pipeline: undefined,
    place,
    depth: 0,
  })
  const comment = trailingCommentStart(source.value, parsed.commands.at(-1)?.end ?? 0)
  const trailingComment =
    comment === undefined ? undefined : rangeWithin(source, comment, source.value.trimEnd().length)
  return { commands, problems, extensions, variables, functions, assigned, trailingComment, pipelinesEnd: pipelines }
}

/** Where a comment begins behind the last command: nothing else that has a `#` can stand there. */
function trailingCommentStart(script: string, commandsEnd: number): number | undefined {
  // What follows a line is told apart from here-documents no further.
  if (script.includes('\n')) return undefined
  const found = (commandsEnd === 0 ? /(?:^|[\s;&|()])#/ : /[\s;&|()]#/).exec(script.slice(commandsEnd))
  return found === null ? undefined : commandsEnd + found.index + found[0].length - 1
}

const conditional = { isConditional: true } as const
const nested = { isNested: true, operatorBefore: undefined, pipeline: undefined } as const

/** What being inside of a node changes. The first condition of an `if` or `while` always runs; that is not told apart. */
const changes: { readonly [Type in SyntaxNode['type']]?: Partial<Reached> } = {
  If: conditional,
  For: conditional,
  ArithmeticFor: conditional,
  While: conditional,
  Select: conditional,
  Case: conditional,
  Function: { ...conditional, ...nested },
  Subshell: { isNested: true },
  Coproc: nested,
  CommandExpansion: nested,
  ProcessSubstitution: nested,
  ArithmeticCommandExpansion: nested,
}

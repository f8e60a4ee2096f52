import type { ParameterExpansionPart, ParameterOperation, SyntaxNode } from 'unbash'
import type { ShellExtensionKind, ShellVariable } from '../shell-command.ts'

/** What of bash's language a node is that POSIX does not have. */
export function extensionKind(node: SyntaxNode): ShellExtensionKind | undefined {
  // The name stands first in `f() { …; }`.
  if (node.type === 'Function') return node.name.pos > node.pos ? 'function-keyword' : undefined
  if (node.type === 'Assignment') {
    if (node.value.type === 'ArrayValue' || node.index !== undefined) return 'array'
    return node.append === true ? 'append' : undefined
  }
  if (node.type === 'Redirect') return leadsBoth(node.operator, node.target?.value) ? 'redirect-both' : undefined
  if (node.type === 'Pipeline') return node.operators.includes('|&') ? 'pipe-both' : undefined
  if (node.type === 'CaseItem') return node.terminator?.includes('&') === true ? 'fall-through' : undefined
  if (node.type === 'ParameterExpansion') return expansionKind(node)
  return kindsOfNodes[node.type]
}

const kindsOfNodes: { readonly [Type in SyntaxNode['type']]?: ShellExtensionKind } = {
  TestCommand: 'double-bracket',
  ArithmeticCommand: 'arithmetic-command',
  ArithmeticFor: 'arithmetic-for',
  ProcessSubstitution: 'process-substitution',
  HereString: 'here-string',
  AnsiCQuoted: 'ansi-c-quote',
  LocaleString: 'locale-string',
  BraceExpansion: 'brace-expansion',
  ExtendedGlob: 'extended-glob',
  Select: 'select',
  Coproc: 'coproc',
}

/** `>&2` and `>&-` are POSIX, `>&file` is not. */
function leadsBoth(operator: string, target: string | undefined): boolean {
  if (operator === '&>' || operator === '&>>') return true
  return operator === '>&' && target !== undefined && !/^(?:\d+-?|-|\$.*)$/.test(target)
}

function expansionKind({ index, prefix, operation }: ParameterExpansionPart): ShellExtensionKind | undefined {
  if (index !== undefined) return 'array'
  if (prefix === '!') return 'indirection'
  return operation === undefined ? undefined : kindsOfOperations[operation.type]
}

const kindsOfOperations: { readonly [Type in ParameterOperation['type']]?: ShellExtensionKind } = {
  Slice: 'substring',
  Replace: 'replacement',
  CaseModification: 'case-change',
  Transform: 'indirection',
  Names: 'indirection',
}

/** The variable that a node expands. Positional and special ones (`$1`, `$?`) are none. */
export function expandedVariable(node: SyntaxNode): Omit<ShellVariable, 'range'> | undefined {
  const found =
    node.type === 'SimpleExpansion'
      ? { name: node.text.slice(1), hasDefault: false }
      : node.type === 'ParameterExpansion'
        ? { name: node.parameter, hasDefault: node.operation?.type === 'Default' }
        : undefined
  return found !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(found.name) ? found : undefined
}

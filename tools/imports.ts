import { Visitor, type ESTree } from 'rolldown/utils'
import { lineAt } from './source-tree.ts'
import { parseSource } from './syntax.ts'

/** One place where a file reaches for another. */
export interface ImportStatement {
  /** As written: `../std/bytes.ts`, `node:fs`, `koffi`. Undefined where it is computed, so that nobody can check it. */
  readonly specifier: string | undefined
  /** Counted from 1. */
  readonly line: number
  /** `url` is `new URL('./worker.ts', import.meta.url)`: how a worker thread is named. */
  readonly kind: 'import' | 're-export' | 'dynamic' | 'url'
  /** Whether it is gone when types are stripped. */
  readonly typeOnly: boolean
}

/**
 * All imports of a TypeScript file: types too, which Node strips, since they bind two files to each other as much as
 * values do.
 *
 * @throws SyntaxError for a file that does not parse.
 */
export function readImports(text: string, path: string): readonly ImportStatement[] {
  const found: ImportStatement[] = []
  const add = (
    node: ESTree.Node,
    kind: ImportStatement['kind'],
    source: ESTree.Node | undefined | null,
    typeOnly = false,
  ): void => {
    const specifier = source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined
    found.push({ specifier, line: lineAt(text, node.start), kind, typeOnly })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node, 'import', node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node, 're-export', node.source, node.exportKind === 'type')
    },
    ExportAllDeclaration: (node) => add(node, 're-export', node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node, 'dynamic', node.source),
    TSImportType: (node) => add(node, 'import', node.source, true),
    NewExpression: (node) => {
      if (isModuleUrl(node)) add(node, 'url', node.arguments[0])
    },
  }).visit(parseSource(text, path).program)
  return found.toSorted((a, b) => a.line - b.line)
}

/** Whether a file has nothing of its own. */
export function isBarrel(text: string, path: string): boolean {
  const { body } = parseSource(text, path).program
  const passesOn = body.filter(
    (node) => node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null),
  )
  return body.length > 0 && passesOn.length === body.length
}

/** `new URL('./…ts', import.meta.url)` */
function isModuleUrl(node: ESTree.NewExpression): boolean {
  const [file, base] = node.arguments
  return (
    node.callee.type === 'Identifier' &&
    node.callee.name === 'URL' &&
    file?.type === 'Literal' &&
    typeof file.value === 'string' &&
    file.value.endsWith('.ts') &&
    base?.type === 'MemberExpression'
  )
}

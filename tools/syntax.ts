import { parseSync, type ESTree } from 'rolldown/utils'

/** A file as the bundler that builds it reads it. Offsets count as in JavaScript strings. */
export interface ParsedSource {
  readonly program: ESTree.Program
  readonly comments: readonly { readonly type: 'Line' | 'Block'; readonly value: string; readonly end: number }[]
}

/**
 * The syntax tree and the comments of a TypeScript file.
 *
 * @throws SyntaxError for a file that does not parse.
 */
export function parseSource(text: string, path: string): ParsedSource {
  const { program, comments, errors } = parseSync(path, text)
  const error = errors[0]
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`)
  return { program, comments }
}

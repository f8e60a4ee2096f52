/**
 * The parts of a word as BuildKit's shell lexer (frontend/dockerfile/shell) takes it apart. Positions are indexes into the word.
 * What the parts give, once variables have values, is the business of `word-value.ts`.
 */
export type WordPart = TextPart | EscapedPart | QuotedPart | ParameterPart

interface PartBase {
  readonly start: number
  readonly end: number
}

/** Characters that mean themselves. */
export interface TextPart extends PartBase {
  readonly kind: 'text'
  readonly text: string
  /** False for what keeps a word together although it may hold white space: `<<` and the blanks behind it. */
  readonly splits: boolean
}

/** The escape character and what it takes the meaning from. */
export interface EscapedPart extends PartBase {
  /** `kept-escape`: in double quotes, before a character that needs none, an escape character is one like any other. */
  readonly kind: 'escaped' | 'kept-escape'
  /** Empty at the end of a word, and for a kept escape, whose character follows as text. */
  readonly character: string
}

export interface QuotedPart extends PartBase {
  readonly kind: 'single-quoted' | 'double-quoted'
  readonly parts: readonly WordPart[]
}

/** `$name` or `${name…}` */
export interface ParameterPart extends PartBase {
  readonly kind: 'parameter'
  readonly name: string
  /** Empty for the plain forms; `:` in front means that an empty value is as good as none; others than these are errors. */
  readonly operator: string
  readonly hasBraces: boolean
  /** What follows the operator: the word, or the pattern of a replacement. */
  readonly word: readonly WordPart[]
  readonly replacement: readonly WordPart[]
}

/** What is wrong with a word, and where in it. */
export interface WordProblem {
  readonly code: 'unterminated-quote' | 'bad-substitution'
  readonly message: string
  readonly start: number
  readonly end: number
}

/** How far `${a:-${b:-…}}` may nest. Nobody comes near; without a limit a hostile word overflows the stack. */
const nestingMax = 200

/** Digits alone where a name begins with one; one of the shell's special parameters; or letters, digits and `_`. */
const namePattern = /(?:\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*)?/uy

export interface WordOptions {
  readonly escape: string
  /** Whether quotes mean something. They do not in the text of a here-document. */
  readonly quotes: boolean
}

/** Takes a word apart, or says why that cannot be. Time is in proportion to its length. */
export function parseWord(text: string, options: WordOptions): readonly WordPart[] | WordProblem {
  const lexer: Lexer = { ...options, text, at: text.startsWith('\ufeff') ? 1 : 0, depth: 0, problem: undefined }
  const parts = readUntil(lexer, '', 0)
  return lexer.problem ?? parts
}

/** Whether {@link parseWord} failed. */
export function isWordProblem(result: readonly WordPart[] | WordProblem): result is WordProblem {
  return 'code' in result
}

/** Whether something is done to the value of a variable, so that it can fail. */
export function hasOperator(parts: readonly WordPart[]): boolean {
  return parts.some((part) => {
    if (part.kind === 'parameter') return part.operator !== ''
    return part.kind === 'double-quoted' && hasOperator(part.parts)
  })
}

interface Lexer extends WordOptions {
  readonly text: string
  at: number
  depth: number
  /** The first one; reading stops there. */
  problem: WordProblem | undefined
}

function fail(lexer: Lexer, code: WordProblem['code'], message: string, start: number): void {
  lexer.problem ??= { code, message, start, end: Math.min(Math.max(lexer.at, start + 1), lexer.text.length) }
}

/** Reads up to `stop` and takes it, or up to the end of the word for an empty `stop`. */
function readUntil(lexer: Lexer, stop: string, opening: number): readonly WordPart[] {
  const { text, escape } = lexer
  const parts: WordPart[] = []
  const special = `${stop}$<${escape}${lexer.quotes ? `'"` : ''}`
  while (lexer.at < text.length && lexer.problem === undefined) {
    const start = lexer.at
    const character = text.charAt(start)
    if (character === stop) {
      lexer.at += 1
      return parts
    }
    if (character === '$') parts.push(readDollar(lexer))
    else if (character === '<') parts.push(readLessThan(lexer))
    else if (lexer.quotes && character === "'") parts.push(readSingleQuoted(lexer))
    else if (lexer.quotes && character === '"') parts.push(readDoubleQuoted(lexer))
    else if (character === escape) parts.push(readEscaped(lexer))
    else parts.push(readText(lexer, special))
  }
  if (stop !== '') fail(lexer, 'bad-substitution', `${stop === '}' ? 'the closing }' : 'a /'} is missing`, opening)
  return parts
}

function readText(lexer: Lexer, special: string): TextPart {
  const start = lexer.at
  while (lexer.at < lexer.text.length && !special.includes(lexer.text.charAt(lexer.at))) lexer.at += 1
  return { kind: 'text', text: lexer.text.slice(start, lexer.at), splits: true, start, end: lexer.at }
}

/** `<`, or `<<` with the blanks behind it, which belong to the word of a here-document. */
function readLessThan(lexer: Lexer): TextPart {
  const start = lexer.at
  lexer.at += 1
  if (lexer.text.charAt(lexer.at) === '<') {
    lexer.at += 1
    while (/^[\t\r ]$/.test(lexer.text.charAt(lexer.at))) lexer.at += 1
  }
  return { kind: 'text', text: lexer.text.slice(start, lexer.at), splits: false, start, end: lexer.at }
}

function readEscaped(lexer: Lexer): EscapedPart {
  const start = lexer.at
  const code = lexer.text.codePointAt(start + 1)
  const character = code === undefined ? '' : String.fromCodePoint(code)
  lexer.at = start + 1 + character.length
  return { kind: 'escaped', character, start, end: lexer.at }
}

function readSingleQuoted(lexer: Lexer): QuotedPart {
  const start = lexer.at
  const close = lexer.text.indexOf("'", start + 1)
  const end = close === -1 ? lexer.text.length : close
  const text = lexer.text.slice(start + 1, end)
  lexer.at = end + 1
  if (close === -1) fail(lexer, 'unterminated-quote', "the closing ' is missing", start)
  const part: TextPart = { kind: 'text', text, splits: false, start: start + 1, end }
  return { kind: 'single-quoted', parts: [part], start, end: lexer.at }
}

function readDoubleQuoted(lexer: Lexer): QuotedPart {
  const { text, escape } = lexer
  const start = lexer.at
  const parts: WordPart[] = []
  lexer.at += 1
  while (lexer.at < text.length && text.charAt(lexer.at) !== '"' && lexer.problem === undefined) {
    const at = lexer.at
    const character = text.charAt(at)
    const next = text.charAt(at + 1)
    if (character === '$') parts.push(readDollar(lexer))
    else if (character !== escape) parts.push(readText(lexer, `"$${escape}`))
    else if (next === '"' || next === '$' || next === escape) parts.push(readEscaped(lexer))
    else {
      parts.push({ kind: 'kept-escape', character: '', start: at, end: at + 1 })
      lexer.at += 1
    }
  }
  if (lexer.at >= text.length) fail(lexer, 'unterminated-quote', 'the closing " is missing', start)
  lexer.at += 1
  return { kind: 'double-quoted', parts, start, end: lexer.at }
}

/** A variable, or a `$` that is followed by nothing that could be its name. */
function readDollar(lexer: Lexer): WordPart {
  const start = lexer.at
  lexer.at += 1
  if (lexer.text.charAt(lexer.at) === '{') return readBraces(lexer, start)
  const name = readName(lexer)
  if (name === '') return { kind: 'text', text: '$', splits: true, start, end: lexer.at }
  return { kind: 'parameter', name, operator: '', hasBraces: false, word: [], replacement: [], start, end: lexer.at }
}

function readBraces(lexer: Lexer, start: number): ParameterPart {
  lexer.at += 1
  const { text } = lexer
  const first = text.charAt(lexer.at)
  if (first === '') fail(lexer, 'bad-substitution', 'the closing } is missing', start)
  else if ('{}:'.includes(first)) fail(lexer, 'bad-substitution', '${ is not followed by the name of a variable', start)
  const name = readName(lexer)
  const { operator, word, replacement } = readOperator(lexer, start)
  return { kind: 'parameter', name, operator, hasBraces: true, word, replacement, start, end: lexer.at }
}

function readOperator(lexer: Lexer, start: number): Pick<ParameterPart, 'operator' | 'word' | 'replacement'> {
  const { text } = lexer
  const none = { operator: '', word: [], replacement: [] }
  let operator = text.charAt(lexer.at)
  lexer.at += 1
  if (operator === '}' || lexer.problem !== undefined) return none
  if (operator === ':') {
    operator += text.charAt(lexer.at)
    lexer.at += 1
    if (operator === ':#' || operator === ':%') fail(lexer, 'bad-substitution', unsupportedOperator(operator), start)
  } else if (operator === '/') {
    if (text.charAt(lexer.at) === '/') operator += '/'
    lexer.at += operator.length - 1
    return { operator, word: readNested(lexer, '/', start), replacement: readNested(lexer, '}', start) }
  } else if (operator === '' || !'+-?#%'.includes(operator)) {
    const message = operator === '' ? 'the closing } is missing' : unsupportedOperator(operator)
    fail(lexer, 'bad-substitution', message, start)
  }
  return { operator, word: readNested(lexer, '}', start), replacement: [] }
}

/** What to say about an operator that does not exist. */
export function unsupportedOperator(operator: string): string {
  return `there is no operator ${JSON.stringify(operator)} in a substitution`
}

function readNested(lexer: Lexer, stop: string, start: number): readonly WordPart[] {
  if (lexer.problem !== undefined) return []
  if (lexer.depth >= nestingMax) {
    fail(lexer, 'bad-substitution', `substitutions nest more than ${nestingMax} deep`, start)
    return []
  }
  lexer.depth += 1
  const parts = readUntil(lexer, stop, start)
  lexer.depth -= 1
  return parts
}

function readName(lexer: Lexer): string {
  namePattern.lastIndex = lexer.at
  const name = namePattern.exec(lexer.text)?.[0] ?? ''
  lexer.at += name.length
  return name
}

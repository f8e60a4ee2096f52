/**
 * Wildcard patterns, run as a machine that keeps every way to match at once. A regular expression would try them one after the
 * other, which takes forever for a pattern like `*a*a*a*b`; this takes at most pattern times text.
 */
export type GlobToken =
  | { readonly kind: 'character'; readonly code: number }
  /** One character, but not `except`. */
  | { readonly kind: 'any'; readonly except: number }
  /** Any number of characters, but not `except`. -1 excepts nothing. */
  | { readonly kind: 'run'; readonly except: number }
  /** One character in, or not in, some ranges. */
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }
  /** Nothing, or anything that ends in a `/`. */
  | { readonly kind: 'folders' }

const slash = 47

/** The states of a machine that are active: pattern positions from which the rest of the text may still match. */
interface ActiveStates {
  readonly states: Int32Array
  /** For each state the step in which it was last added, so that none is added twice. */
  readonly addedIn: Float64Array
  count: number
}

/** A pattern that is ready to run. A state is twice a token's position, plus 1 inside of a `folders` token. */
export interface GlobProgram {
  readonly tokens: readonly GlobToken[]
  current: ActiveStates
  next: ActiveStates
  step: number
}

/** Prepares a pattern. One program is run many times, but not twice at once. */
export function compileGlob(tokens: readonly GlobToken[]): GlobProgram {
  const create = (): ActiveStates => {
    const size = tokens.length * 2 + 2
    return { states: new Int32Array(size), addedIn: new Float64Array(size), count: 0 }
  }
  return { tokens, current: create(), next: create(), step: 0 }
}

/** The characters of a text as the machine takes them. */
export function codePoints(text: string): Int32Array {
  const codes = new Int32Array(text.length)
  let count = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.codePointAt(index) ?? 0
    if (code > 0xffff) index += 1
    codes[count] = code
    count += 1
  }
  return codes.subarray(0, count)
}

/** Whether the pattern matches the whole text. */
export function matchesWhole(program: GlobProgram, codes: Int32Array): boolean {
  return run(program, codes) && isAccepting(program)
}

/** Whether the pattern matches some text that begins with this one, or this one. */
export function matchesBeginning(program: GlobProgram, codes: Int32Array): boolean {
  return run(program, codes)
}

/** Where a match that begins at `from` ends: the nearest or the farthest place. Undefined when nothing matches there. */
export function matchEnd(
  program: GlobProgram,
  codes: Int32Array,
  from: number,
  wanted: 'nearest' | 'farthest',
): number | undefined {
  let end: number | undefined
  start(program)
  for (let index = from; program.current.count > 0; index += 1) {
    if (isAccepting(program)) {
      end = index
      if (wanted === 'nearest') return end
    }
    if (index >= codes.length) return end
    advance(program, codes[index] ?? 0)
  }
  return end
}

/** Feeds the whole text; false as soon as nothing can match any more. */
function run(program: GlobProgram, codes: Int32Array): boolean {
  start(program)
  for (let index = 0; index < codes.length && program.current.count > 0; index += 1) advance(program, codes[index] ?? 0)
  return program.current.count > 0
}

function isAccepting(program: GlobProgram): boolean {
  return program.current.addedIn[program.tokens.length * 2] === program.step
}

function start(program: GlobProgram): void {
  program.step += 1
  program.current.count = 0
  activate(program, program.current, 0)
}

function advance(program: GlobProgram, code: number): void {
  const { tokens, current, next } = program
  program.step += 1
  next.count = 0
  for (let index = 0; index < current.count; index += 1) {
    const state = current.states[index] ?? 0
    const position = state >> 1
    const token = tokens[position]
    if (token === undefined) continue
    if ((state & 1) === 1) {
      add(program, next, state)
      if (code === slash) activate(program, next, position + 1)
    } else if (token.kind === 'run') {
      if (code !== token.except) activate(program, next, position)
    } else if (token.kind !== 'folders' && takes(token, code)) {
      activate(program, next, position + 1)
    }
  }
  program.current = next
  program.next = current
}

/** Adds a position, and those behind it that are reached without taking a character. */
function activate(program: GlobProgram, states: ActiveStates, from: number): void {
  for (let position = from; add(program, states, position * 2); position += 1) {
    const token = program.tokens[position]
    if (token?.kind === 'folders') add(program, states, position * 2 + 1)
    else if (token?.kind !== 'run') return
  }
}

/** False where the state is active already, and so what it leads to. */
function add(program: GlobProgram, states: ActiveStates, state: number): boolean {
  if (states.addedIn[state] === program.step) return false
  states.addedIn[state] = program.step
  states.states[states.count] = state
  states.count += 1
  return true
}

function takes(token: Exclude<GlobToken, { kind: 'run' | 'folders' }>, code: number): boolean {
  if (token.kind === 'character') return token.code === code
  if (token.kind === 'any') return token.except !== code
  return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.negated
}

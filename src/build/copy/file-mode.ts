import { BuildError } from '../errors.ts'

/** What `--chmod` makes of a mode. */
export interface ModeChange {
  /** The mode itself, where it is in digits. */
  readonly fixed: number | undefined
  apply(mode: number, isDirectory: boolean): number
}

/**
 * Reads `--chmod`: octal digits up to 7777, or a symbolic mode (chmod(1)) as BSD's setmode(3) reads it, with no umask. That differs
 * from GNU's in what `=` without a class leaves: the sticky bit.
 *
 * @throws BuildError `bad-build-option`
 */
export function parseMode(text: string): ModeChange {
  if (/^[0-9]+$/.test(text)) {
    const fixed = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN
    if (!(fixed <= 0o7777)) throw badMode(text)
    return { fixed, apply: () => fixed }
  }
  const steps = text.split(',').flatMap((clause) => parseClause(clause, text))
  return {
    fixed: undefined,
    apply: (mode, isDirectory) => {
      // X asks about the mode as it was before all of this.
      const isExecutable = isDirectory || (mode & executableBits) !== 0
      return steps.reduce((current, step) => applyStep(current, step, isExecutable), mode)
    },
  }
}

/** One change: bits are set, cleared, set where something may be executed, or copied from one class to others. */
type ModeStep =
  | { readonly kind: 'set' | 'clear' | 'set-executable'; readonly bits: number }
  | {
      readonly kind: 'copy'
      readonly fromShift: number
      readonly toShifts: readonly number[]
      readonly operator: string
    }

const executableBits = 0o111
const stickyBit = 0o1000
const othersBits = 0o007
/** All but the sticky bit. */
const standardBits = 0o6777

const classBits: ReadonlyMap<string, number> = new Map([
  ['u', 0o4700],
  ['g', 0o2070],
  ['o', othersBits],
  ['a', standardBits],
])

const permissionBits: ReadonlyMap<string, number> = new Map([
  ['r', 0o444],
  ['w', 0o222],
  ['x', executableBits],
])

const classShifts: ReadonlyMap<string, number> = new Map([
  ['u', 6],
  ['g', 3],
  ['o', 0],
])

function parseClause(clause: string, text: string): readonly ModeStep[] {
  const [, classes = '', rest = ''] = /^([ugoa]*)(.*)$/s.exec(clause) ?? []
  const actions = [...rest.matchAll(/([+\-=])([rwxXstugo]*)/gy)]
  if (actions.length === 0 || actions.map(([whole]) => whole).join('') !== rest) throw badMode(text)
  let who = 0
  for (const each of classes.split('')) who |= classBits.get(each) ?? 0
  return actions.flatMap(([, operator = '', permissions = '']) => {
    const action = parseAction(who & ~stickyBit, operator, permissions)
    who = action.who
    return action.steps
  })
}

/** An operator with its permissions. `t` widens the classes, for this action and for no other. */
function parseAction(
  classes: number,
  operator: string,
  permissions: string,
): { readonly who: number; readonly steps: readonly ModeStep[] } {
  const steps: ModeStep[] = []
  let who = classes
  let bits = 0
  let whenExecutable = 0
  let isCleared = false
  const flush = (isLast: boolean): void => {
    if (bits !== 0 || (isLast && operator === '=' && !isCleared)) steps.push(...change(operator, who, bits))
    if (whenExecutable !== 0) steps.push({ kind: 'set-executable', bits: reach(who) & whenExecutable })
    bits = whenExecutable = 0
  }
  for (const permission of permissions.split('')) {
    const fromShift = classShifts.get(permission)
    // These two are not for others alone.
    const isForMore = who === 0 || (who & ~othersBits) !== 0
    if (fromShift !== undefined) {
      flush(false)
      isCleared = true
      steps.push({ kind: 'copy', fromShift, toShifts: shiftsOf(who), operator })
    } else if (permission === 's') bits |= isForMore ? 0o6000 : 0
    else if (permission === 't' && isForMore) {
      who |= stickyBit
      bits |= stickyBit
    } else if (permission === 'X' && operator !== '-') whenExecutable = executableBits
    else bits |= permissionBits.get(permission === 'X' ? 'x' : permission) ?? 0
  }
  flush(true)
  return { who, steps }
}

function change(operator: string, who: number, bits: number): readonly ModeStep[] {
  const reached = reach(who) & bits
  if (operator === '-') return [{ kind: 'clear', bits: reached }]
  const set = { kind: 'set', bits: reached } as const
  return operator === '+' ? [set] : [{ kind: 'clear', bits: who === 0 ? standardBits : who }, set]
}

/** No class at all stands for all of them. */
function reach(who: number): number {
  return who === 0 ? 0o7777 : who
}

function shiftsOf(who: number): readonly number[] {
  return [6, 3, 0].filter((shift) => who === 0 || (who & (0o4 << shift)) !== 0)
}

function applyStep(mode: number, step: ModeStep, isExecutable: boolean): number {
  switch (step.kind) {
    case 'set':
      return mode | step.bits
    case 'clear':
      return mode & ~step.bits
    case 'set-executable':
      return isExecutable ? mode | step.bits : mode
    case 'copy': {
      const copied = (mode >> step.fromShift) & 7
      return step.toShifts.reduce((current, shift) => {
        if (step.operator === '-') return current & ~(copied << shift)
        return (step.operator === '=' ? current & ~(7 << shift) : current) | (copied << shift)
      }, mode)
    }
  }
}

function badMode(text: string): BuildError {
  return new BuildError('bad-build-option', `--chmod=${text}: it is no mode`, {
    hint: 'Write octal digits up to 7777, or changes such as u+x or go=rX.',
  })
}

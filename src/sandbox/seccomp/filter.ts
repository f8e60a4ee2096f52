import { assert } from '../../std/assert.ts'
import { callNumber, type CallTable } from './call-numbers.ts'
import { seccompRules, type ArgumentCondition, type SeccompRule } from './profile.ts'

/*
 * The rules as a program of the kernel's packet filter (seccomp(2); Documentation/userspace-api/seccomp_filter.rst, linux/filter.h). An
 * instruction is 8 bytes: code, how many instructions are skipped if true and if not, and a number. The compiler of libseccomp takes
 * longer to make such a program than crun takes for all the rest.
 */

interface Instruction {
  readonly code: number
  readonly ifTrue: number
  readonly ifFalse: number
  readonly value: number
}

/** linux/bpf_common.h: load a word of the data, jump, compare, mask, return. */
const codes = { load: 0x20, jump: 0x05, equal: 0x15, atLeast: 0x35, and: 0x54, return: 0x06 } as const
/** struct seccomp_data: the number, AUDIT_ARCH_*, the instruction's address, and six arguments of 64 bits, the low half first. */
const offsets = { number: 0, architecture: 4, argument: (index: number) => 16 + 8 * index } as const
const answers = { allow: 0x7fff_0000, EPERM: 0x0005_0001, ENOSYS: 0x0005_0026 } as const
const skipMax = 255

/** AUDIT_ARCH_* of linux/audit.h. */
const auditArchitectures: Readonly<Record<CallTable, number>> = {
  x64: 0xc000_003e,
  i386: 0x4000_0003,
  arm64: 0xc000_00b7,
  arm: 0x4000_0028,
}
const tablesOfProcessors: Readonly<Record<string, readonly CallTable[]>> = {
  x64: ['x64', 'i386'],
  arm64: ['arm64', 'arm'],
}

/** Most processes have the same capabilities, and a program takes milliseconds to make. */
const known = new Map<string, Uint8Array>()

/**
 * The filter for a process with these capabilities, to be given to seccomp(2); undefined for processors whose calls are not known here.
 * Calls of other kinds than the processor's, such as x32 on x64, are not permitted.
 */
export function compileFilter(capabilities: ReadonlySet<string>, processor: string): Uint8Array | undefined {
  const tables = tablesOfProcessors[processor]
  if (tables === undefined) return undefined
  const key = [processor, ...[...capabilities].toSorted()].join(' ')
  const made = known.get(key) ?? makeFilter(capabilities, processor, tables)
  known.set(key, made)
  return made
}

function makeFilter(capabilities: ReadonlySet<string>, processor: string, tables: readonly CallTable[]): Uint8Array {
  const rules = seccompRules(capabilities, processor)
  let program = [answer(answers.EPERM)]
  for (const table of tables.toReversed()) {
    const section = [load(offsets.number), ...search(decisions(rules, table))]
    program = [...branch('equal', auditArchitectures[table], section, program)]
  }
  return encode([load(offsets.architecture), ...program])
}

/** What is answered to calls from a number on, up to the next one. */
interface Decision {
  readonly from: number
  readonly program: readonly Instruction[]
}

function decisions(rules: readonly SeccompRule[], table: CallTable): readonly Decision[] {
  const rulesOfNumbers = Map.groupBy(
    rules.flatMap((rule) => rule.names.map((name) => ({ rule, number: callNumber(name, table) }))),
    ({ number }) => number,
  )
  const found: Decision[] = [{ from: 0, program: [answer(answers.EPERM)] }]
  const add = (from: number, program: readonly Instruction[]): void => {
    const last = found.at(-1)
    if (last?.from === from) found.pop()
    const before = found.at(-1)
    if (before === undefined || !isSame(before.program, program)) found.push({ from, program })
  }
  const numbered = [...rulesOfNumbers].flatMap(([number, each]) => (number === undefined ? [] : [{ number, each }]))
  for (const { number, each } of numbered.toSorted((a, b) => a.number - b.number)) {
    add(number, ruleProgram(each.map(({ rule }) => rule)))
    add(number + 1, [answer(answers.EPERM)])
  }
  return found
}

function isSame(one: readonly Instruction[], other: readonly Instruction[]): boolean {
  const isEqual = (a: Instruction, b: Instruction | undefined): boolean =>
    a.code === b?.code && a.value === b.value && a.ifTrue === b.ifTrue && a.ifFalse === b.ifFalse
  return one.length === other.length && one.every((each, index) => isEqual(each, other[index]))
}

/** The first rule whose conditions hold answers. */
function ruleProgram(rules: readonly SeccompRule[]): readonly Instruction[] {
  let program: readonly Instruction[] = [answer(answers.EPERM)]
  for (const { action, conditions } of rules.toReversed()) {
    const otherwise = program
    program = [answer(action === 'allow' ? answers.allow : answers.ENOSYS)]
    for (const condition of conditions.toReversed()) program = conditional(condition, program, otherwise)
  }
  return program
}

/** Only the low half is looked at: the arguments that rules ask for have 32 bits, and the kernel itself does not look at more. */
function conditional(
  { index, operator, value, mask }: ArgumentCondition,
  then: readonly Instruction[],
  otherwise: readonly Instruction[],
): readonly Instruction[] {
  const masked = mask === undefined ? [] : [{ code: codes.and, ifTrue: 0, ifFalse: 0, value: mask }]
  const [yes, no] = operator === 'not-equal' ? [otherwise, then] : [then, otherwise]
  return [load(offsets.argument(index)), ...masked, ...branch('equal', value, yes, no)]
}

/** Halves the numbers until one decision is left. */
function search(found: readonly Decision[]): readonly Instruction[] {
  const [first] = found
  assert(first !== undefined, 'there is a decision for each number')
  if (found.length === 1) return first.program
  const middle = Math.floor(found.length / 2)
  const from = found[middle]?.from
  assert(from !== undefined, 'the middle is one of them')
  return branch('atLeast', from, search(found.slice(middle)), search(found.slice(0, middle)))
}

/** Both ways end with an answer, so nothing comes after them. */
function branch(
  comparison: 'equal' | 'atLeast',
  value: number,
  then: readonly Instruction[],
  otherwise: readonly Instruction[],
): readonly Instruction[] {
  const code = codes[comparison]
  if (then.length <= skipMax) return [{ code, ifTrue: 0, ifFalse: then.length, value }, ...then, ...otherwise]
  const far = { code: codes.jump, ifTrue: 0, ifFalse: 0, value: then.length }
  return [{ code, ifTrue: 1, ifFalse: 0, value }, far, ...then, ...otherwise]
}

function load(offset: number): Instruction {
  return { code: codes.load, ifTrue: 0, ifFalse: 0, value: offset }
}

function answer(value: number): Instruction {
  return { code: codes.return, ifTrue: 0, ifFalse: 0, value }
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, { code, ifTrue, ifFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(value, index * 8 + 4)
  }
  return bytes
}

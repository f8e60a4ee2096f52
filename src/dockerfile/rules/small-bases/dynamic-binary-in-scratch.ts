import type { DockerfileDocument } from '../../document.ts'
import { quote } from '../../reading/report.ts'
import { builtPrograms, copiedProgram, type BuiltProgram } from '../facts/built-programs.ts'
import { importsLibc } from '../facts/go-sources.ts'
import { copiesLibraries, shippedCopies, type ShippedCopy } from '../facts/shipped-copies.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Fix, FoundProblem, Rule, RuleInput } from '../rule.ts'

/** A program that is linked with a C library, copied to a base that has none. */
export const dynamicBinaryInScratch: Rule = {
  name: 'DynamicBinaryInScratch',
  category: 'small-base',
  severity: 'error',
  summary: 'a program needs a C library, and the base has none',
  check(file, report) {
    const { target, stages } = file
    if (target?.base.libc !== 'none' || copiesLibraries(target)) return
    const programs = builtPrograms(stages)
    const told = new Set<BuiltProgram>()
    for (const shipped of shippedCopies(target)) {
      if (shipped.from.kind !== 'stage' || !shipped.step.isOwn || shipped.source === '/') continue
      const from = stages[shipped.from.index]
      const program = from === undefined ? undefined : copiedProgram(programs.get(from) ?? [], shipped.source)
      if (program === undefined || told.has(program)) continue
      told.add(program)
      report(problem(file, target, shipped, program))
    }
  },
}

function problem(file: RuleInput, target: StageFacts, { copy }: ShippedCopy, program: BuiltProgram): FoundProblem {
  const { command, step } = program.command
  const where = target.base.isScratch ? 'scratch' : (target.base.officialName ?? 'the base')
  const fix = program.kind === 'go' && step.isOwn ? withoutCgo(file.document, program) : undefined
  // A Go program without network needs no C library, whatever it is built with.
  const isSure = program.kind !== 'go' || importsLibc(file.context) === true
  return {
    message: `the ${names[program.kind]} is linked with ${program.libc}, and ${where} has no C library`,
    range: copy.instruction.arguments.range,
    ...(isSure ? {} : { severity: 'warning' as const }),
    cost: 'The container does not start: no such file or directory. What is missing is the loader that the program asks for.',
    hint: hints[program.kind],
    related: step.isOwn
      ? [{ message: `built here, with ${program.libc}: ${quote(command.program)}`, range: command.range }]
      : [],
    ...(fix === undefined ? {} : { fix }),
  }
}

const names: Readonly<Record<BuiltProgram['kind'], string>> = {
  go: 'Go program',
  rust: 'Rust program',
  c: 'program',
  java: 'Java runtime',
}

const hints: Readonly<Record<BuiltProgram['kind'], string>> = {
  go: 'Build it with CGO_ENABLED=0, or take a base with glibc: gcr.io/distroless/base.',
  rust: 'Build it for a musl target, such as x86_64-unknown-linux-musl, or take gcr.io/distroless/cc.',
  c: 'Link it with -static, or take a base that has the library: gcr.io/distroless/cc, or the base that it is built on.',
  java: 'Take a base that has the library: gcr.io/distroless/java-base.',
}

/** Sets CGO_ENABLED=0 before `go`. A program that uses C fails to build then, so this is not safe. */
function withoutCgo({ text }: DockerfileDocument, { command: { command, step } }: BuiltProgram): Fix | undefined {
  const { programWord, assignments, wrappers } = command
  const isPlain = programWord !== undefined && text.slice(programWord.range.start, programWord.range.end) === 'go'
  const isExecForm = step.evaluated.instruction.kind === 'run' && step.evaluated.instruction.command.form === 'exec'
  if (!isPlain || isExecForm || wrappers.length > 0) return undefined
  const own = assignments.find(({ name }) => name === 'CGO_ENABLED')
  if (own?.value !== undefined) {
    return { title: 'set CGO_ENABLED=0', isSafe: false, edits: [{ range: own.value.range, newText: '0' }] }
  }
  const start = command.range.start
  return {
    title: 'build with CGO_ENABLED=0',
    isSafe: false,
    edits: [{ range: { start, end: start }, newText: 'CGO_ENABLED=0 ' }],
  }
}

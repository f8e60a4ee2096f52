import { quote } from '../../reading/report.ts'
import { builtPrograms, copiedProgram, type BuiltProgram } from '../facts/built-programs.ts'
import { describeBase } from '../facts/base-images.ts'
import { importsLibc } from '../facts/go-sources.ts'
import { copiedModules, installedModules, nativeModule, type InstalledModules } from '../facts/installed-modules.ts'
import { glibcName, isTooOldFor } from '../facts/libc-releases.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { lacksProgram } from '../facts/provided-programs.ts'
import { copiesLibraries, shippedCopies, type ShippedCopy } from '../facts/shipped-copies.ts'
import { lineageSteps, type StageFacts } from '../facts/stage-facts.ts'
import { runCommands } from '../facts/built-steps.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** Programs and modules that are linked with one C library, copied to a base with another. */
export const libcMismatch: Rule = {
  name: 'LibcMismatch',
  category: 'small-base',
  severity: 'warning',
  summary: 'a program is linked with another C library than the base has',
  check(file, report) {
    const { target, stages } = file
    if ((target?.base.libc !== 'glibc' && target?.base.libc !== 'musl') || copiesLibraries(target)) return
    if (hasBothLibraries(target)) return
    const programs = builtPrograms(stages)
    const modules = installedModules(stages)
    const told = new Set<unknown>()
    for (const shipped of shippedCopies(target)) {
      if (!shipped.step.isOwn || shipped.source === '/') continue
      const from = shipped.from.kind === 'stage' ? stages[shipped.from.index] : undefined
      const program = from === undefined ? undefined : copiedProgram(programs.get(from) ?? [], shipped.source)
      const module = from === undefined ? undefined : copiedModules(modules.get(from) ?? [], shipped.source)
      const found =
        (program === undefined || told.has(program) ? undefined : programProblem(file, target, shipped, program)) ??
        (module === undefined || told.has(module) ? undefined : modulesProblem(file, target, shipped, module)) ??
        runtimeProblem(target, shipped, from)
      told.add(program).add(module)
      if (found !== undefined) report(found)
    }
  },
}

/** Alpine can have glibc's interface, or glibc itself. */
function hasBothLibraries(target: StageFacts): boolean {
  return lineageSteps(target).some((step) =>
    runCommands(step).some((command) =>
      (packageCommand(command)?.packages ?? []).some(({ value }) => /gcompat|libc6-compat|glibc|^musl/.test(value)),
    ),
  )
}

const names: Readonly<Record<BuiltProgram['kind'], string>> = {
  go: 'the Go program',
  rust: 'the Rust program',
  c: 'the program',
  java: 'the Java runtime',
}

function programProblem(
  { context }: RuleInput,
  target: StageFacts,
  { copy }: ShippedCopy,
  program: BuiltProgram,
): FoundProblem | undefined {
  const { command, step } = program.command
  const isOther = program.libc !== target.base.libc
  const isOlder = !isOther && isTooOldFor(target.base.distribution, program.stage.base.distribution)
  if (!isOther && !isOlder) return undefined
  const isSure =
    program.kind !== 'go' || importsLibc(context) === true || program.command.variable('CGO_ENABLED')?.value === '1'
  const has = isOther ? (target.base.libc ?? '') : `glibc ${glibcName(target.base.distribution)}`
  const asked = isOther ? program.libc : `glibc ${glibcName(program.stage.base.distribution)}`
  return {
    message: `${names[program.kind]} is linked with ${asked}, and ${baseName(target)} has ${has}`,
    range: copy.instruction.arguments.range,
    ...(isSure ? { severity: 'error' as const } : {}),
    cost: isOther
      ? 'The program does not start: no such file or directory. What is missing is the loader that it asks for.'
      : 'The program does not start: version `GLIBC_2.34` not found.',
    hint:
      program.kind === 'go'
        ? 'Build it with CGO_ENABLED=0, or on the same distribution as the final stage.'
        : 'Build it on the same distribution as the final stage.',
    related: step.isOwn ? [{ message: `made here, on ${asked}`, range: command.range }] : [],
  }
}

const moduleNames: Readonly<Record<InstalledModules['kind'], string>> = {
  node: 'modules of Node.js',
  python: 'packages of Python',
  ruby: 'gems',
}

/** Without it, nobody uses the modules: a web server may get them with a folder around them. */
const interpreters: Readonly<Record<InstalledModules['kind'], string>> = {
  node: 'node',
  python: 'python3',
  ruby: 'ruby',
}

function modulesProblem(
  { context }: RuleInput,
  target: StageFacts,
  { copy }: ShippedCopy,
  modules: InstalledModules,
): FoundProblem | undefined {
  const { command, step } = modules.command
  const native = nativeModule(modules.kind, context)
  if (modules.libc === target.base.libc || native === undefined || lacksProgram(target, interpreters[modules.kind])) {
    return undefined
  }
  const example = native === 'unknown' ? '' : `, ${quote(native.name)} among them,`
  return {
    message: `${moduleNames[modules.kind]}${example} were installed on ${modules.libc}, and ${baseName(target)} has ${target.base.libc ?? ''}`,
    range: copy.instruction.arguments.range,
    ...(native === 'unknown' ? { severity: 'information' as const } : {}),
    cost: 'Those with native code are fetched or built for one C library, and do not load with the other.',
    hint: 'Install them in a stage with the same base as the final one.',
    related: step.isOwn ? [{ message: `installed here, on ${modules.libc}`, range: command.range }] : [],
  }
}

/** Runtimes as images have them. */
const runtimes: readonly (readonly [image: RegExp, path: RegExp, name: string])[] = [
  [/^node$/, /^\/usr\/local\/bin\/node$/, 'Node.js'],
  [/^(?:python|node|ruby|php)$/, /^\/usr\/local\/?$/, 'what is in /usr/local'],
  [/^eclipse-temurin$/, /^\/opt\/java\/openjdk\/?$/, 'the Java runtime'],
  [/^openjdk$/, /^\/usr\/local\/openjdk-\d+\/?$|^\/opt\/openjdk-[\d.]+\/?$/, 'the Java runtime'],
  [/^amazoncorretto$/, /^\/usr\/lib\/jvm(?:\/|$)/, 'the Java runtime'],
]

function runtimeProblem(
  target: StageFacts,
  { copy, from, source }: ShippedCopy,
  stage: StageFacts | undefined,
): FoundProblem | undefined {
  const base = stage?.base ?? describeBase(from)
  if ((base.libc !== 'glibc' && base.libc !== 'musl') || base.libc === target.base.libc) return undefined
  const found = runtimes.find(([image, path]) => image.test(base.officialName ?? '') && path.test(source))
  if (found === undefined) return undefined
  return {
    message: `${found[2]} is of an image with ${base.libc}, and ${baseName(target)} has ${target.base.libc ?? ''}`,
    range: copy.instruction.arguments.range,
    severity: 'error',
    cost: 'The program does not start: no such file or directory. What is missing is the loader that it asks for.',
    hint:
      base.libc === 'glibc'
        ? "Copy it from the image's -alpine variant."
        : 'Copy it from the variant that is not made of Alpine.',
  }
}

function baseName({ evaluated, base }: StageFacts): string {
  return evaluated.base.kind === 'image' ? quote(evaluated.base.reference) : (base.officialName ?? 'the base')
}

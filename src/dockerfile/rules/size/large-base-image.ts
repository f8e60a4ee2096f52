import type { TextEdit } from '../../edit.ts'
import { programName } from '../../script/invocation.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import { buildCommand } from '../facts/build-commands.ts'
import { isForDevelopment } from '../facts/development-images.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { shippedRuns, shippedSteps } from '../facts/shipped-steps.ts'
import { smallerVariant, type SmallerVariant } from '../facts/smaller-variants.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import { toolchainImage, type ToolchainImage } from '../facts/toolchain-images.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** The image that is shipped begins with the full variant of a base that has a smaller one, or with an image for building. */
export const largeBaseImage: Rule = {
  name: 'LargeBaseImage',
  category: 'size',
  severity: 'warning',
  summary: 'the image begins with the full variant of a base that has a smaller one, or with one for building',
  check(file, report) {
    const first = firstStage(file.target)
    const { officialName, tag, name } = first?.base ?? {}
    if (first === undefined || officialName === undefined || tag === undefined || isForDevelopment(file)) return
    // Only the digest says which variant it is.
    if (name?.digest !== undefined && name.tag === undefined) return
    const variant = smallerVariant(officialName, tag, name?.tag)
    const toolchain = variant === undefined ? toolchainImage(officialName, tag, name?.tag) : undefined
    const found =
      variant !== undefined
        ? fullVariant(file, first, officialName, variant)
        : toolchain === undefined || !runsProgram(file, toolchain)
          ? undefined
          : builder(file, first, officialName, toolchain)
    if (found !== undefined) report({ ...found, range: first.evaluated.stage.from.base.range })
  },
}

type Found = Omit<FoundProblem, 'range'>

function fullVariant(file: RuleInput, first: StageFacts, officialName: string, variant: SmallerVariant): Found {
  const missed = programsOf(file).filter((program) => variant.lacks.includes(program))
  const smaller = `${officialName}:${variant.tag}`
  return {
    message: `there is a smaller variant of this base: ${smaller}`,
    cost: `The full one also has ${variant.leavesOut}.`,
    hint:
      missed.length === 0
        ? `Begin with ${smaller}${variant.isAlpine ? '.' : '; use the full image in a stage that only builds.'}`
        : variant.isAlpine
          ? `Begin with ${smaller}, and write what uses ${missed.slice(0, 3).join(', ')} for Alpine.`
          : `Use ${missed.slice(0, 3).join(', ')} in a stage of its own that builds, and begin with ${smaller} in the last one.`,
    ...(missed.length === 0
      ? fixOf(`begin with ${smaller}`, 'unsafe', [otherTag(file, first, variant.tag)])
      : { severity: 'information' }),
  }
}

function builder(file: RuleInput, first: StageFacts, officialName: string, toolchain: ToolchainImage): Found {
  const { runtime, what, instead } = toolchain
  const missed = programsOf(file).filter((program) => runtime?.lacks?.includes(program))
  const edit = runtime === undefined || missed.length > 0 ? undefined : otherName(file, first, runtime)
  const name = runtime?.name === officialName ? `this variant of ${officialName}` : officialName
  return {
    message: `${name} is for building, and nothing is built in the image that is shipped`,
    cost: `It has ${what}.`,
    hint:
      missed.length === 0
        ? `Begin with ${instead}.`
        : `Begin with ${instead}, and do without ${missed.join(', ')}, which it does not have.`,
    ...(runtime === undefined ? {} : fixOf(`begin with ${runtime.name}:${runtime.tag}`, 'unsafe', [edit])),
  }
}

/** The stage at the beginning of the chain of FROMs that ends in the image. */
function firstStage(target: StageFacts | undefined): StageFacts | undefined {
  let at = target
  while (at?.parent !== undefined) at = at.parent
  return at
}

/**
 * Whether the image runs a program that was built elsewhere: it says which, and that is none of the toolchain. Where it is built in
 * the image another rule speaks.
 */
function runsProgram(file: RuleInput, { tools }: ToolchainImage): boolean {
  const { cmd, entrypoint } = file.target?.end ?? {}
  const started = shippedSteps(file)
    .filter(({ evaluated: { instruction } }) => instruction === cmd || instruction === entrypoint)
    .flatMap((step) => step.script()?.commands ?? [])
  const isTool = started.some(({ words }) => words.some(({ value }) => tools.includes(programName(value))))
  const isShell = started.every(({ program, words }) => /^(?:ba|z|da)?sh$/.test(program) && words.length === 1)
  if (started.length === 0 || isTool || isShell) return false
  return !shippedRuns(file).some(({ commands }) => commands.some((command) => buildCommand(command) !== undefined))
}

/** What the build and the container call, except what the build installs itself. */
function programsOf(file: RuleInput): readonly string[] {
  const programs = new Set<string>()
  const installed = new Set<string>()
  for (const step of shippedSteps(file)) {
    for (const command of step.script()?.commands ?? []) {
      programs.add(command.program)
      const asked = packageCommand(command)
      if (asked?.manager !== 'apt' || asked.action !== 'install') continue
      for (const { value } of asked.packages) installed.add(value)
      if (asked.packages.some(({ value }) => value === 'build-essential')) {
        for (const program of ['gcc', 'g++', 'make', 'patch']) installed.add(program)
      }
    }
  }
  return [...programs].filter((program) => !installed.has(program))
}

/** Writes another tag. Where a variable holds a part of it, only what comes behind can be added. */
function otherTag({ document }: RuleInput, { base, evaluated }: StageFacts, tag: string): TextEdit | undefined {
  const source = evaluated.stage.from.base
  const { value, range } = source
  if (value.includes('@')) return undefined
  if (!value.includes('$')) return replaceText(document, source, `${untagged(value)}:${tag}`)
  const before = base.name?.tag ?? ''
  const isLiteralEnd = /-[a-z0-9.]+$/i.test(value) && document.text.slice(range.start, range.end) === value
  if (!isLiteralEnd || before === '' || !tag.startsWith(before)) return undefined
  return { range: { start: range.end, end: range.end }, newText: tag.slice(before.length) }
}

/** Writes another image. A mirror may not have it. */
function otherName(
  { document }: RuleInput,
  { base, evaluated }: StageFacts,
  { name, tag }: { readonly name: string; readonly tag: string },
): TextEdit | undefined {
  const source = evaluated.stage.from.base
  if (/[@$]/.test(source.value) || untagged(source.value) !== base.officialName) return undefined
  return replaceText(document, source, `${name}:${tag}`)
}

function untagged(reference: string): string {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1)
  return colon === -1 ? reference : reference.slice(0, colon)
}

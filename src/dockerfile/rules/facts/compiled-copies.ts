import { runCommands } from './built-steps.ts'
import { shippedCopies, type ShippedCopy } from './shipped-copies.ts'
import { lineageSteps, type StageFacts } from './stage-facts.ts'

/** A program that a stage compiles, and that the image gets. */
export interface CompiledCopy {
  readonly language: 'Go' | 'Rust'
  readonly shipped: ShippedCopy
  readonly stage: StageFacts
}

/** The first program of Go or Rust that the image gets from a stage. Whether it is linked statically does not matter. */
export function compiledCopy(stages: readonly StageFacts[], target: StageFacts): CompiledCopy | undefined {
  const known = new Map<StageFacts, CompiledCopy['language'] | undefined>()
  for (const shipped of shippedCopies(target)) {
    const stage = shipped.from.kind === 'stage' ? stages[shipped.from.index] : undefined
    if (stage === undefined || /\.(?!exe$)[A-Za-z0-9]+$|^\/etc\//.test(shipped.source)) continue
    if (!known.has(stage)) known.set(stage, languageOf(stage))
    const language = known.get(stage)
    if (language !== undefined) return { language, shipped, stage }
  }
  return undefined
}

function languageOf(stage: StageFacts): CompiledCopy['language'] | undefined {
  for (const step of lineageSteps(stage)) {
    for (const { program, arguments: words } of runCommands(step)) {
      const isBuild = words.some(({ value }) => value === 'build' || value === 'install')
      if (isBuild && (program === 'go' || program === 'cargo')) return program === 'go' ? 'Go' : 'Rust'
    }
  }
  return undefined
}

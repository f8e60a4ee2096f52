import type { DockerfileDocument } from '../../document.ts'
import type { CommandInstruction } from '../../instruction.ts'
import { quote } from '../../reading/report.ts'
import { programName } from '../../script/invocation.ts'
import type { SourceString } from '../../source-string.ts'
import { lineageSteps } from '../facts/stage-facts.ts'
import type { Fix, Rule } from '../rule.ts'

/** Programs that CMD starts elsewhere, and that are no scripts for an interpreter. */
const programs: ReadonlySet<string> = new Set([
  ...['node', 'nodejs', 'npm', 'npx', 'yarn', 'pnpm', 'python', 'python3', 'pip', 'java', 'sh', 'bash'],
  ...['gunicorn', 'uvicorn', 'flask', 'pm2', 'pm2-runtime', 'next'],
])

/** CMD names a program, and the base hands it to its own ENTRYPOINT: distroless images of a language. */
export const baseEntrypointRepeated: Rule = {
  name: 'BaseEntrypointRepeated',
  category: 'small-base',
  severity: 'error',
  summary: "CMD names a program, and the base's ENTRYPOINT takes that for an argument",
  check({ target, document }, report) {
    const { entrypoint, cmd } = target?.end ?? {}
    const base = target?.base.entrypoint
    if (target === undefined || base === undefined || entrypoint !== undefined || cmd?.command.form !== 'exec') return
    const step = lineageSteps(target).find(({ evaluated }) => evaluated.instruction === cmd)
    const [first, ...rest] = cmd.command.arguments
    const program = base[0] ?? ''
    if (first === undefined || step?.isOwn !== true || !isProgram(first.value)) return
    const isSame =
      programName(first.value).replace(/^(python)3$/, '$1') === programName(program).replace(/^(python)3$/, '$1')
    const fix = isSame ? withoutWords(document, cmd, 1 + repeatedOptions(rest, base)) : undefined
    report({
      message: `${quote(first.value)} is an argument of ${program} here, which the base starts`,
      range: first.range,
      cost: `The container ends at once: ${programName(program)} takes it for the name of a file.`,
      hint: isSame
        ? 'Leave in CMD only what comes behind it.'
        : `Start what it would start with ${programName(program)}, or write an ENTRYPOINT; the program is not in this base.`,
      ...(fix === undefined ? {} : { fix }),
    })
  },
}

function isProgram(word: string): boolean {
  return (
    programs.has(programName(word)) && (!word.includes('/') || /^\/(?:usr\/)?(?:local\/)?bin\/|^\/nodejs\//.test(word))
  )
}

/** `-jar` is in the ENTRYPOINT of distroless Java already. */
function repeatedOptions(rest: readonly SourceString[], [, ...options]: readonly string[]): number {
  return options.every((option, at) => rest[at]?.value === option) ? options.length : 0
}

function withoutWords({ text }: DockerfileDocument, { command }: CommandInstruction, count: number): Fix | undefined {
  if (command.form !== 'exec') return undefined
  const first = command.arguments[0]
  const next = command.arguments[count]
  if (first === undefined || next === undefined) return undefined
  const range = { start: first.range.start, end: next.range.start }
  const isPlain = /^(?:[^\\\n]|\\[^\r\n])*$/.test(text.slice(range.start, range.end))
  return isPlain ? { title: 'leave it out', isSafe: false, edits: [{ range, newText: '' }] } : undefined
}

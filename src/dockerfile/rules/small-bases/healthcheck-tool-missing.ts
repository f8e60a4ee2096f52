import type { DockerfileDocument } from '../../document.ts'
import type { HealthcheckInstruction, Instruction } from '../../instruction.ts'
import { quote } from '../../reading/report.ts'
import { rangeWithin } from '../../source-string.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { programName } from '../../script/invocation.ts'
import { lacksProgram } from '../facts/provided-programs.ts'
import { lineageSteps, type StageFacts } from '../facts/stage-facts.ts'
import type { Fix, FoundProblem, Rule } from '../rule.ts'

/** Options of curl that wget needs no counterpart of: it fails on errors of HTTP and follows redirections by itself. */
const plainOptions = /^(?:-[fsSL]+|--fail|--silent|--show-error|--location|--output=\/dev\/null|-o\/dev\/null)$/

/** Builtins of a shell, and what ends a check. */
const notAsked: ReadonlySet<string> = new Set([
  'exit',
  'false',
  'true',
  'test',
  '[',
  'echo',
  'printf',
  'cd',
  'set',
  'kill',
  ':',
])

/** HEALTHCHECK with a program that the image does not have. */
export const healthcheckToolMissing: Rule = {
  name: 'HealthcheckToolMissing',
  category: 'small-base',
  severity: 'warning',
  summary: 'a health check calls a program that is not in the image',
  check({ target, document }, report) {
    const healthcheck = target?.end.healthcheck
    if (target === undefined || healthcheck === undefined) return
    if (target.base.isWindows) {
      const found = powershellMissing(target, healthcheck)
      if (found !== undefined) report(found)
      return
    }
    const step = lineageSteps(target).find(({ evaluated }) => evaluated.instruction === healthcheck)
    // Without a shell, the shell form fails before it comes to a program: ShellFormWithoutShell says so.
    const isShellMissing = healthcheck.command?.form === 'shell' && target.base.hasShell === false
    if (step?.isOwn !== true || isShellMissing) return
    const asked = (step.script()?.commands ?? []).filter(({ program }) => program !== '' && !notAsked.has(program))
    const missing = asked.filter((command) => isMissing(target, command))
    const [first] = missing
    // One of several ways to ask is enough.
    const hasOtherWay = asked.some(({ operatorBefore }) => operatorBefore === '||') && missing.length < asked.length
    if (first === undefined || hasOtherWay) return
    const fix = withWget(document, target, first)
    report({
      message: `the health check calls ${first.program}, which is not in the image`,
      range: first.programWord?.range ?? first.range,
      cost: 'The check fails each time: the container is never healthy, and what waits for it to be waits for ever.',
      hint: hintFor(target, first.program),
      ...(fix === undefined ? {} : { fix }),
    })
  },
}

/** Nano Server has cmd, and no PowerShell. */
function powershellMissing(target: StageFacts, { command }: HealthcheckInstruction): FoundProblem | undefined {
  const isNano = /(?:^|[/:-])nanoserver/.test(`${target.base.officialName ?? ''}:${target.base.name?.tag ?? ''}`)
  const source = command?.form === 'exec' ? command.arguments[0] : command?.text
  const word = /^(?:powershell|pwsh)(?:\.exe)?(?=\s|$)/i.exec(source?.value ?? '')?.[0]
  if (!isNano || source === undefined || word === undefined) return undefined
  // Nobody sees what a RUN or a COPY brought, as cmd is not read.
  if (lineageSteps(target).some(({ evaluated: { instruction } }) => /powershell|pwsh/i.test(pathsOf(instruction))))
    return undefined
  return {
    message: 'the health check calls PowerShell, which Nano Server does not have',
    range: command?.form === 'exec' ? source.range : rangeWithin(source, 0, word.length),
    cost: 'The check fails each time: the container is never healthy, and what waits for it to be waits for ever.',
    hint: 'Use curl, which Nano Server has, or a program of your own.',
  }
}

function pathsOf(instruction: Instruction): string {
  return instruction.kind === 'copy' || instruction.kind === 'add' || instruction.kind === 'run'
    ? instruction.arguments.value
    : ''
}

function isMissing(target: StageFacts, { programWord, program, isConditional, operatorBefore }: ShellCommand): boolean {
  const path = programWord?.value ?? ''
  // `command -v curl && …` may pass it over.
  if (isConditional && operatorBefore !== '||') return false
  return (path === program || /^\/(?:usr\/)?(?:local\/)?s?bin\//.test(path)) && lacksProgram(target, programName(path))
}

function hintFor({ base }: StageFacts, program: string): string {
  const otherwise =
    base.hasShell === false ? 'Let the program itself do the check.' : `Install ${quote(program)} in this stage.`
  if (base.hasProgram('wget') === true && program === 'curl') return 'The base has wget: wget -q -O /dev/null URL.'
  for (const [name, hint] of [
    [
      'node',
      'The base has Node.js: node -e "fetch(\'http://localhost:3000\').then((r) => process.exit(r.ok ? 0 : 1))".',
    ],
    ['python3', 'The base has Python: python3 -c "import urllib.request as r; r.urlopen(\'http://localhost:8000\')".'],
  ] as const) {
    if (base.hasProgram(name) === true) return hint
  }
  return otherwise
}

/** `curl -f URL` as `wget -q -O /dev/null URL`, where nothing but that is asked for. */
function withWget({ text }: DockerfileDocument, { base }: StageFacts, command: ShellCommand): Fix | undefined {
  const { program, programWord, arguments: words, redirections } = command
  if (program !== 'curl' || base.hasProgram('wget') !== true || programWord?.value !== 'curl') return undefined
  const rest = words.filter(({ value }, at) => {
    const isOfOutput = value === '-o' || (value === '/dev/null' && words[at - 1]?.value === '-o')
    return !isOfOutput && !plainOptions.test(value)
  })
  const [address, second] = rest
  const last = words.at(-1)
  if (address === undefined || last === undefined || second !== undefined || !/^https?:/.test(address.value))
    return undefined
  // Redirections between the words would be lost.
  if (redirections.some(({ range }) => range.start < last.range.end)) return undefined
  const range = { start: programWord.range.start, end: last.range.end }
  const written = text.slice(address.range.start, address.range.end)
  if (text.slice(range.start, programWord.range.end) !== 'curl') return undefined
  return {
    title: 'call wget, which the base has',
    isSafe: false,
    edits: [{ range, newText: `wget -q -O /dev/null ${written}` }],
  }
}

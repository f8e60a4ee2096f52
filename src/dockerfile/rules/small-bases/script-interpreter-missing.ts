import { quote } from '../../reading/report.ts'
import { programName } from '../../script/invocation.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { copiedText, type CopiedText } from '../facts/context-files.ts'
import { resolvePath } from '../facts/paths.ts'
import { lacksProgram, mayProvide } from '../facts/provided-programs.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

const firstLineBytesMax = 256

/** Where a program without a folder is looked for. */
const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/']

/** Images that have their program in /usr/local/bin, and not where a distribution has it. */
const inLocal: ReadonlyMap<string, RegExp> = new Map([
  ['node', /^node$/],
  ['python', /^python[0-9.]*$/],
  ['php', /^php$/],
  ['ruby', /^ruby$/],
])

/** A container that starts with a script whose `#!` names what is not in the image. */
export const scriptInterpreterMissing: Rule = {
  name: 'ScriptInterpreterMissing',
  category: 'small-base',
  severity: 'error',
  summary: 'the script that a container starts with asks for an interpreter that is not in the image',
  check(file, report) {
    const { target } = file
    if (target === undefined) return
    const steps = lineageSteps(target)
    const told = new Set<string>()
    for (const { path, range } of startedScripts(target, steps)) {
      if (told.has(path)) continue
      told.add(path)
      const found = problemOf(file, target, steps, path, range)
      if (found !== undefined) report(found)
    }
  },
}

interface StartedScript {
  readonly path: string
  readonly range: TextRange
}

/** The files that ENTRYPOINT and CMD run by their path or name. */
function startedScripts(target: StageFacts, steps: readonly Step[]): readonly StartedScript[] {
  const { entrypoint, cmd, workingDirectory } = target.end
  return steps
    .filter(({ evaluated: { instruction }, isOwn }) => isOwn && (instruction === entrypoint || instruction === cmd))
    .flatMap((step) => step.script()?.commands ?? [])
    .flatMap(({ programWord }: ShellCommand) => {
      if (programWord?.isLiteral !== true) return []
      const { value, range } = programWord
      const paths = value.includes('/')
        ? [resolvePath(workingDirectory, value)]
        : programFolders.map((folder) => resolvePath(folder, value))
      return paths.flatMap((path) => (path === undefined ? [] : [{ path, range }]))
    })
}

function problemOf(
  { context }: RuleInput,
  target: StageFacts,
  steps: readonly Step[],
  path: string,
  range: TextRange,
): FoundProblem | undefined {
  const copied = copiedText(steps, path, context, firstLineBytesMax)
  const [, interpreter, carriageReturn] = /^#!\s*([^\r\n]+)(\r?)(?=\n|$)/.exec(copied?.text ?? '') ?? []
  if (copied === undefined || interpreter === undefined || isChangedLater(steps, copied, path)) return undefined
  const name = quote(programName(path))
  const related = copied.step.isOwn
    ? { related: [{ message: 'the script is copied here', range: copied.copy.instruction.range }] }
    : {}
  if (carriageReturn === '\r' && copied.text.includes('\n')) {
    return {
      message: `the first line of ${name} ends with a carriage return, which the kernel takes for a part of the interpreter's name`,
      range,
      cost: 'The container does not start: no such file or directory.',
      hint: 'Save the script with LF line ends; in .gitattributes: *.sh text eol=lf.',
      ...related,
    }
  }
  const words = interpreter.trim().split(/\s+/)
  const [program = ''] = words
  const isEnv = programName(program) === 'env'
  const asked = isEnv ? words.slice(1).find((word) => !/^-|=/.test(word)) : program
  if (asked === undefined || !isMissing(target, steps, asked, isEnv)) return undefined
  return {
    message: `${name} asks for ${asked}, which is not in the image`,
    range,
    cost: 'The container does not start: no such file or directory, although the script is there.',
    hint: hintFor(target, asked),
    ...related,
  }
}

function isMissing(target: StageFacts, steps: readonly Step[], asked: string, isEnv: boolean): boolean {
  const program = programName(asked)
  if (lacksProgram(target, program)) return true
  const { officialName = '', tag } = target.base
  const isElsewhere = inLocal.get(officialName)?.test(program) === true && asked.startsWith('/usr/bin/')
  // The full image of Python has the distribution's one, too.
  const isSmall = tag?.words.has('slim') === true || tag?.distribution?.name === 'alpine'
  return (
    isElsewhere &&
    !isEnv &&
    isSmall &&
    !steps.some((step) => step.evaluated.kind === 'run' && mayProvide(step, program))
  )
}

/** Whether a RUN after the COPY may have changed the script: `sed -i`, `dos2unix`. */
function isChangedLater(steps: readonly Step[], { step }: CopiedText, path: string): boolean {
  const name = programName(path)
  return steps.slice(steps.indexOf(step) + 1).some((later) => {
    if (later.evaluated.kind !== 'run') return false
    const script = later.script()
    return (
      script === undefined ||
      script.commands.some(
        ({ program, arguments: words, redirections }) =>
          !['chmod', 'chown', 'chgrp', 'test', 'ls', 'cat', 'ln'].includes(program) &&
          [...words, ...redirections.flatMap(({ target }) => target ?? [])].some(
            ({ value, isLiteral }) =>
              value.includes(name) ||
              (!isLiteral && value.includes('*')) ||
              program === 'dos2unix' ||
              program === 'find',
          ),
      )
    )
  })
}

function hintFor({ base }: StageFacts, asked: string): string {
  const program = programName(asked)
  if (base.hasShell === false) return 'Start the program itself, or take a base that has a shell.'
  if (program === 'bash') return 'Write #!/bin/sh where the script is for any shell, or install bash.'
  if (base.hasProgram(program) === true) return `Write #!/usr/bin/env ${program}, which finds it in /usr/local/bin.`
  return `Install ${quote(program)}, or write the script for /bin/sh.`
}

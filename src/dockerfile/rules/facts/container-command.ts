import type { CommandInstruction } from '../../instruction.ts'
import type { CommandLine } from '../../instruction-parts.ts'
import { programName, shellNames } from '../../script/invocation.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { readExecForm } from '../../shell-script.ts'
import type { SourceString } from '../../source-string.ts'
import type { RuleInput } from '../rule.ts'
import { lineageSteps } from './stage-facts.ts'

/** What containers of the target run, as far as the file says it. */
export interface ContainerCommand {
  readonly entrypoint: CommandInstruction | undefined
  readonly cmd: CommandInstruction | undefined
}

/** ENTRYPOINT and CMD that hold in the end. Those that come from the base image's ONBUILD cannot be reported, and are left out. */
export function containerCommand({ target }: RuleInput): ContainerCommand {
  const nothing = { entrypoint: undefined, cmd: undefined }
  if (target === undefined) return nothing
  const { entrypoint, cmd } = target.end
  const isElsewhere = lineageSteps(target).some(
    ({ evaluated: { instruction, origin } }) =>
      origin === 'base-image' && (instruction === entrypoint || instruction === cmd),
  )
  return isElsewhere ? nothing : { entrypoint, cmd }
}

/** The program of the exec form behind wrappers such as `tini --`, as it is written there, and its arguments. */
export function execProgram(command: CommandLine | undefined): ShellCommand | undefined {
  return command?.form === 'exec' ? readExecForm(command.arguments).commands[0] : undefined
}

/** The parts of `["sh", "-c", SCRIPT, …]`. */
export interface ShellInExecForm {
  /** Undefined where the words end with `-c`. */
  readonly script: SourceString | undefined
  /** What the script gets as `$0`, `$1` and so on. */
  readonly rest: readonly SourceString[]
}

/** Takes an exec form apart whose program is a shell that gets a script. Undefined for all others. */
export function shellInExecForm(words: readonly SourceString[]): ShellInExecForm | undefined {
  if (!shellNames.has(programName(words[0]?.value ?? ''))) return undefined
  const option = words.findIndex(({ value }, index) => index > 0 && /^-[a-z]*c$/.test(value))
  if (option === -1 || words.slice(1, option).some(({ value }) => !/^[-+]/.test(value) && value !== 'pipefail')) {
    return undefined
  }
  const [script, ...rest] = words.slice(option + 1)
  return { script, rest }
}

/** Whether a script looks at the words behind it: `$0`, `$1`, `$@`, `$*`, `$#`. */
export function usesArguments(script: string): boolean {
  return /\$(?:[0-9@*#]|\{[0-9@*#])/.test(script) || /\bshift\b/.test(script)
}

/**
 * Whether a program is one that runs the command it gets: an entrypoint script, `tini`. Scripts are known by their name only, so a
 * program that is not known to do something else counts as one.
 */
export function mayRunArguments(program: string): boolean {
  return !interpreters.has(program.replace(/(?<=[a-z])[0-9.]+$/, ''))
}

/** Programs that take files, options or actions, and run no command that they get. */
const interpreters: ReadonlySet<string> = new Set([
  ...[
    'java',
    'python',
    'node',
    'nodejs',
    'dotnet',
    'php',
    'ruby',
    'perl',
    'deno',
    'bun',
    'npm',
    'yarn',
    'pnpm',
    'go',
    'cargo',
    'mvn',
  ],
  ...[
    'gunicorn',
    'uvicorn',
    'flask',
    'streamlit',
    'celery',
    'rails',
    'nginx',
    'httpd',
    'caddy',
    'redis-server',
    'curl',
    'wget',
  ],
])

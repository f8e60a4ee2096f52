import type { ShellCommand } from '../../shell-command.ts'
import type { BaseFacts } from './base-images.ts'
import { packageCommand } from './package-commands.ts'

/** Programs that fetch or build something, of which a failure leaves an image that lacks it. */
const makers: ReadonlySet<string> = new Set([
  ...[
    'curl',
    'wget',
    'git',
    'tar',
    'unzip',
    'make',
    'cmake',
    'ninja',
    'go',
    'cargo',
    'mvn',
    'gradle',
    'gradlew',
    'mvnw',
    'dotnet',
  ],
  ...[
    'configure',
    'bundle',
    'poetry',
    'pipenv',
    'uv',
    'bun',
    'deno',
    'docker-php-ext-install',
    'pecl',
    'rustup',
    'gcc',
    'g++',
  ],
])

/** Whether it matters that a command fails: it installs, fetches or builds something. */
export function makesSomething(command: ShellCommand): boolean {
  const asked = packageCommand(command)
  if (asked !== undefined) return asked.action === 'install' || asked.action === 'update'
  if (command.program === 'dpkg' || command.program === 'rpm') {
    return command.arguments.some(({ value }) => /^-[a-zA-Z]*[iU]|^--install/.test(value))
  }
  return makers.has(command.program)
}

/** Whether a command lets the shell end at the first failure: `set -e`, `set -o errexit`. */
export function endsAtFailure({ program, arguments: words }: ShellCommand): boolean {
  if (program !== 'set') return false
  return words.some(
    ({ value }, index) =>
      /^-[a-zA-Z]*e[a-zA-Z]*$/.test(value) || (value === 'errexit' && words[index - 1]?.value === '-o'),
  )
}

/** Images with a SHELL of their own that ends at the first failure, as their Dockerfiles say it. */
const strictImages = /^(?:bitnami|bitnamilegacy|cimg|apache\/airflow)(?:\/|$)/

/** Whether the base of a stage may have told its shell to end at the first failure. */
export function mayBeStrict({ officialName }: BaseFacts): boolean {
  return officialName !== undefined && strictImages.test(officialName)
}

/** Whether a shell gets an option from SHELL: `-e` in `["/bin/bash", "-eo", "pipefail", "-c"]`. */
export function hasShellOption(shell: readonly string[], letter: string): boolean {
  return shell.slice(1).some((word) => /^-[a-zA-Z]+$/.test(word) && word.includes(letter))
}

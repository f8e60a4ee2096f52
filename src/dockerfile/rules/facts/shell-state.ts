import type { ShellCommand } from '../../shell-command.ts'

/** What a command changes in the shell that runs it, and nowhere else. */
export type ShellState = 'folder' | 'variable' | 'environment' | 'alias' | 'option' | 'user'

/** Files that prepare a shell and do nothing else. */
const environmentFiles =
  /(?:^|\/)(?:activate|env|\.bashrc|\.zshrc|\.profile|\.bash_profile|profile|environment|nvm\.sh|sdkman-init\.sh|conda\.sh|rvm|setenv\.sh|setup\.bash)$/

/** Tools that choose a version or an environment for a shell. */
const activations: readonly (readonly [program: string, action: RegExp])[] = [
  ['conda', /^activate$/],
  ['mamba', /^activate$/],
  ['micromamba', /^activate$/],
  ['nvm', /^use$/],
  ['pyenv', /^(?:shell|activate)$/],
  ['rbenv', /^shell$/],
  ['workon', /./],
]

/** What a command changes in its shell. Undefined where that is not all that it does. */
export function changedState(command: ShellCommand): ShellState | undefined {
  const { program, programWord, words, arguments: rest, assignments, wrappers, redirections } = command
  if (redirections.length > 0 || wrappers.length > 0) return undefined
  if (words.length === 0) return assignments.length > 0 ? 'variable' : undefined
  if (programWord?.value !== program) return undefined
  const [first] = rest
  if (program === 'cd' || program === 'pushd') return rest.length > 0 ? 'folder' : undefined
  if (program === 'export') return rest.some(({ value }) => /^[A-Za-z_]\w*/.test(value)) ? 'variable' : undefined
  if (program === 'source' || program === '.')
    return environmentFiles.test(first?.value ?? '') ? 'environment' : undefined
  if (program === 'alias') return rest.length > 0 ? 'alias' : undefined
  if (['ulimit', 'umask', 'shopt', 'set'].includes(program)) return rest.length > 0 ? 'option' : undefined
  if (program === 'su')
    return rest.every(({ value }) => /^(?:-|-l|--login|[a-z][\w-]*)$/.test(value)) ? 'user' : undefined
  return activations.some(([name, action]) => name === program && action.test(first?.value ?? ''))
    ? 'environment'
    : undefined
}

/** Whether a command does nothing that is seen behind it. */
export function isWithoutEffect({ program, redirections }: ShellCommand): boolean {
  return redirections.length === 0 && ['true', ':', 'echo', 'printf', 'pwd', 'ls'].includes(program)
}

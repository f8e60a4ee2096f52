import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { findOption, optionNames, readOptions, type CommandOption, type CommandOptions } from './command-options.ts'
import { remembered } from './remembered.ts'

/** What installs the packages of a programming language. */
export type DependencyTool = keyof typeof tools

/** A command that installs packages of a programming language. */
export interface DependencyCommand extends CommandOptions {
  readonly tool: DependencyTool
  /** The word behind which an option may be put: `install` in `npm install`, the program in a bare `yarn`. */
  readonly actionWord: ShellWord
  /** What it does: `install`, `ci`, `sync`, `global add`. */
  readonly action: string
  /** What is named. Empty where the packages come from a file of the project. */
  readonly packages: readonly ShellWord[]
  /** Whether it installs for the whole machine, and not for the project: `npm install -g`. */
  readonly isGlobal: boolean
}

interface Tool {
  readonly programs: readonly string[]
  /** Words that install. An empty one stands for the program alone. */
  readonly actions: readonly string[]
  /** Options that take the word behind them. */
  readonly withValue: ReadonlySet<string>
}

const tools = {
  npm: tool(
    'npm',
    ['install', 'i', 'add', 'ci', 'clean-install', 'install-clean'],
    `--prefix -C --registry --cache -w --workspace
    --loglevel --omit --include --userconfig --location --only --tag --maxsockets --fetch-timeout --fetch-retries`,
  ),
  yarn: tool(
    'yarn yarnpkg',
    ['', 'install', 'add', 'global add'],
    `--cwd --cache-folder --modules-folder --registry --network-timeout
    --mutex --network-concurrency`,
  ),
  pnpm: tool(
    'pnpm',
    ['install', 'i', 'add', 'ci', 'fetch'],
    `--dir -C --filter -F --store-dir --registry --reporter --loglevel`,
  ),
  bun: tool('bun', ['install', 'i', 'add', 'ci'], '--cwd --registry --backend --cache-dir'),
  pip: tool(
    'pip',
    ['install', 'wheel', 'download'],
    `-r --requirement -c --constraint -e --editable -t --target --prefix --root -i
    --index-url --extra-index-url -f --find-links --trusted-host --cache-dir -w --wheel-dir -d --dest --timeout --retries --platform
    --proxy --cert --log --python --no-binary --only-binary --progress-bar --src --global-option --config-settings`,
  ),
  uv: tool(
    'uv',
    ['sync', 'add', 'pip install', 'pip sync', 'tool install'],
    `--group --only-group --no-group --extra --no-extra
    --package --python -p --directory --project -r --requirement --index --index-url -i --extra-index-url -f --find-links --link-mode
    --cache-dir --no-install-package --config-file`,
  ),
  poetry: tool(
    'poetry',
    ['install', 'sync', 'add'],
    `--only --without --with -E --extras -C --directory -P --project -G --group`,
  ),
  pipenv: tool('pipenv', ['install', 'sync'], `--python --extra-pip-args -r --requirements --categories -i --index`),
  composer: tool(
    'composer composer.phar',
    ['install', 'require', 'update', 'create-project'],
    `-d --working-dir --prefer-install
    --ignore-platform-req`,
  ),
  bundler: tool(
    'bundle bundler',
    ['', 'install'],
    `--without --with --path --jobs -j --retry --gemfile --binstubs --shebang`,
  ),
  gem: tool('gem', ['install'], '-v --version -i --install-dir -n --bindir -s --source --platform -P'),
  conda: tool(
    'conda mamba micromamba',
    ['install', 'create', 'update', 'env create', 'env update'],
    `-n --name -p --prefix -c
    --channel -f --file --solver`,
  ),
} as const satisfies Readonly<Record<string, Tool>>

const byProgram: ReadonlyMap<string, DependencyTool> = new Map(
  names().flatMap((name) => tools[name].programs.map((program) => [program, name])),
)

/** What a command installs. Undefined where it is of another program, or does something else. */
export const dependencyCommand: (command: ShellCommand) => DependencyCommand | undefined = remembered(
  (command) => {
    const { program, words } = withoutInterpreter(command)
    const name = byProgram.get(/^pip[0-9.]+$/.test(program) ? 'pip' : program)
    if (name === undefined || command.programWord === undefined) return undefined
    const { actions, withValue }: Tool = tools[name]
    const parts = readOptions({ arguments: words }, withValue)
    const [first, second] = parts.operands
    if (first === undefined) {
      const isOtherwise = findOption(parts, '--version', '-v', '-V', '--help', '-h') !== undefined
      if (!actions.includes('') || isOtherwise) return undefined
      return { ...parts, tool: name, action: 'install', actionWord: command.programWord, packages: [], isGlobal: false }
    }
    const both = `${first.value} ${second?.value ?? ''}`
    const isDouble = actions.includes(both)
    const actionWord = isDouble ? second : first
    if (actionWord === undefined || (!isDouble && !actions.includes(first.value))) return undefined
    const isGlobal = findOption(parts, '-g', '--global', '--location')?.name !== undefined || both === 'global add'
    const packages = parts.operands.slice(isDouble ? 2 : 1)
    return { ...parts, tool: name, action: isDouble ? both : first.value, actionWord, packages, isGlobal }
  },
  ({ program }) => !byProgram.has(program) && !/^(?:pip|python|php$)/.test(program),
)

/** The values of all options of these names. */
export function optionValues({ options }: CommandOptions, ...wanted: readonly string[]): readonly string[] {
  return options.flatMap(({ name, value }: CommandOption) =>
    wanted.includes(name) && value !== undefined ? [value] : [],
  )
}

/** `python3 -m pip install` is `pip install`, `php composer.phar install` is `composer.phar install`. */
function withoutInterpreter({ program, arguments: words }: ShellCommand): {
  readonly program: string
  readonly words: readonly ShellWord[]
} {
  const [first, second] = words
  if (/^python[0-9.]*$/.test(program) && first?.value === '-m' && second !== undefined) {
    return { program: second.value, words: words.slice(2) }
  }
  const isComposer = program === 'php' && /(?:^|\/)composer(?:\.phar)?$/.test(first?.value ?? '')
  return isComposer ? { program: 'composer', words: words.slice(1) } : { program, words }
}

function names(): readonly DependencyTool[] {
  return ['npm', 'yarn', 'pnpm', 'bun', 'pip', 'uv', 'poetry', 'pipenv', 'composer', 'bundler', 'gem', 'conda']
}

function tool(programs: string, actions: readonly string[], withValue: string): Tool {
  return { programs: programs.split(' '), actions, withValue: optionNames(withValue) }
}
